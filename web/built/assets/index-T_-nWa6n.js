const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-CZLVkwEJ.js","assets/account-h4B0MCdE.js","assets/client-CaQjfuTS.js","assets/marks-BB8agoFD.js","assets/jsxRuntime-Csr4a5YV.js","assets/marks-D7mwT4Ix.css","assets/account-Hi8l2vnB.css","assets/Account-Df4_Wtql.js","assets/Frame-CBbrcYkS.js","assets/settings-uj38sWJP.js","assets/push-D8rmhS4o.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-BNrRXImi.js","assets/fragments-tR8gAkpD.js","assets/PushSwitch-CpUUBUiC.js","assets/texts-D5GqZOOI.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-93sKFrYd.js","assets/texts-B4qpBkTx.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-BHuWSjp2.js","assets/Lapor-BrSoI2Qw.js","assets/categories-DiJ93BtE.js","assets/documents-C2JvTtsO.js","assets/outbox-C3Fg8KOZ.js","assets/upload-CT3y-II4.js","assets/shrink-BYIsprsK.js","assets/map-BLX9peL5.js","assets/Lapor-CuyfsIM_.css","assets/MyReports-CjjezfSN.js","assets/news-DnCOnQ44.js","assets/PlacePage-BvleIuHG.js","assets/share-CAu3Jpnl.js","assets/places-CCytGxF9.js","assets/places-BMX3IkbZ.css","assets/Places-CzaqlbXf.js","assets/ReportPage-Bs19QBg8.js","assets/documents-CArsFB1Y.js","assets/report-940hWyl_.js","assets/report-Dt9x5B8y.css","assets/Photos-DVhrSE8D.js","assets/Timeline-vYoTOjF5.js","assets/ReportPage-fRI-Bvei.css","assets/SignIn-FmneDq4r.js","assets/onwards-Wkpz_3y9.js","assets/SignUp-CRtNp3jH.js"])))=>i.map(i=>d[i]);
import{B as e,G as t,H as n,I as r,J as i,K as a,L as o,R as s,V as c,W as l,X as u,Y as d,d as f,q as p,u as m,z as h}from"./account-h4B0MCdE.js";import{A as g,M as ee,N as _,a as te,d as v,g as y,i as ne,j as b,o as re,r as ie,s as ae}from"./marks-BB8agoFD.js";import{i as oe,n as se,r as ce,t as x}from"./texts-B4qpBkTx.js";import{A as le,D as S,I as C,L as w,O as T,P as E,a as D,b as ue,i as de,j as O,k as fe,o as k,t as pe}from"./client-CaQjfuTS.js";import{t as A}from"./jsxRuntime-Csr4a5YV.js";import{t as me}from"./fragments-tR8gAkpD.js";import{t as he}from"./map-BLX9peL5.js";var ge=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function _e(){let[,e,t]=ge.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var ve=()=>history.state?.token,ye=2e3;function be(){setTimeout(()=>{d(async()=>{let{startInBackground:e}=await import(`./background-CZLVkwEJ.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},ye)}var j=`tanggap.kelurahan`,xe={kind:`city`};function Se(){let{code:e,name:t}=JSON.parse(localStorage.getItem(j)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:xe}var M=S(Se());function N(e){e.kind===`kelurahan`?localStorage.setItem(j,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(j),M.value=e}var P=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function F(e,t,n,r){if(t===null){let e=P(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=P(e,t),a=P(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function Ce(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:F(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function we(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:F(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Te(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:P(t,r)}:n?{kind:`answered`,took:P(t,n)}:null}function I({lines:e,list:t}){let n=O(null),r=t??n;return R(r,e.map(({id:e})=>e).join()),A(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>A(`li`,{"data-key":e.id,children:A(Ee,{line:e})},e.id))})}function Ee({line:t}){let[n]=t.photos;return A(`a`,{class:`report-line`,href:`/laporan/${t.number}`,children:[A(`span`,{class:`picture`,children:[n?A(`img`,{src:n.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:De}):null,A(p,{icon:t.category.icon,colour:t.category.colour})]}),A(`span`,{class:`about`,children:[A(`strong`,{class:`clip`,children:t.title}),A(`span`,{class:`happened`,children:[A(ne,{status:t.status,short:!0}),A(`span`,{class:`small muted clip`,children:A(e,{at:t.processedAt??t.respondedAt??t.submittedAt})})]}),A(`span`,{class:`happened small`,children:[A(`span`,{class:`muted clip`,children:t.kelurahan.name}),A(Oe,{line:t})]})]})]})}function De({currentTarget:e}){e.hidden=!0}function Oe({line:e}){let t=Te(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?A(`span`,{class:`took`,children:g().resolution[e.resolution]}):e.overdue?A(`span`,{class:`took late`,children:[A(i,{name:`timer`}),x().overdue]}):t?A(`span`,{class:`took`,children:t.kind===`fixed`?x().fixedIn(t.took):x().answeredIn(t.took)}):null}var L={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function R(e,t){let n=O(void 0);fe(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],L):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],L)}n.current=r},[t])}var z=k(`
    fragment Happening on Report {
      ...ReportLine
      respondedAt
      processedAt
      overdue
      photos {
        id
        thumbnailUrl
      }
    }
  `,[me]),B=k(`
    query Happenings($filter: ReportFilter, $orderBy: ReportOrder!, $first: Int!) {
      reports(filter: $filter, orderBy: $orderBy, first: $first) {
        cursor
        edges {
          node {
            ...Happening
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  `,[z]),ke=k(`
    subscription HappeningFeed($filter: ReportFilter, $after: String) {
      reportFeed(filter: $filter, after: $after) {
        id
        cursor
        kind
        reportId
        matchesFilter
        report {
          ...Happening
        }
      }
    }
  `,[z]),Ae=k(`
  query FindKelurahan($search: String!, $first: Int!) {
    kelurahans(search: $search, first: $first) {
      edges {
        node {
          id
          code
          name
          kecamatan {
            id
            code
            name
          }
          city {
            id
            code
            name
          }
        }
      }
    }
  }
`);function je(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Me({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Ne=800,Pe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Fe(e,t,n,r){let{data:i,failed:a,reload:c}=s(B,{filter:e,orderBy:t,first:n}),l={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},u=O(l);u.current=l;let[d,f]=E(l),p=e=>f(t=>{let{load:n,feed:r}=t.load===u.current.load?t:u.current;return{load:n,feed:e(r)}}),m=O([]),h=O(void 0);return o(ke,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>{let{reportId:t,kind:i,matchesFilter:a,report:o}=e;m.current.push({reportId:t,line:a===!1?null:o,news:Pe.has(i)}),h.current??=setTimeout(()=>{h.current=void 0;let e=m.current.splice(0),t=Ie(r.current);p(r=>e.reduce((e,r)=>je(e,r,t,n),r))},Ne)}),T(()=>()=>clearTimeout(h.current),[]),{...(d.load===l.load?d:l).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:c,release:()=>p(e=>Me(e,n))}}function Ie(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var Le=20,Re=100;function V({title:e,filter:r,orderBy:a,nothing:o,onChange:s}){let[c,l]=E(Le),u=O(null),d=O(null),f=Fe(r,a,c,u),p=[...f.shown,...f.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),m=O(void 0);return T(()=>{f.loaded&&(m.current!==void 0&&m.current!==p&&s?.(),m.current=p)},[p,f.loaded]),A(`section`,{class:`live-list`,ref:d,children:[A(`h2`,{children:e}),A(`div`,{class:`pill`,role:`status`,children:f.waiting.length>0&&A(`button`,{type:`button`,class:`button`,onClick:()=>{f.release(),d.current?.scrollIntoView()},children:[A(i,{name:`arrow_upward`}),x().came(f.waiting.length)]})}),f.failed&&A(n,{again:f.reload}),!f.loaded&&!f.failed&&A(t,{count:6,height:`6rem`}),f.loaded&&f.shown.length===0&&o,A(I,{lines:f.shown,list:u}),f.hasMore&&c<Re&&A(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>l(c+Le),children:g().more})]})}var ze=300;function H(e){let[t,n]=E(e);return T(()=>{let t=setTimeout(()=>n(e),ze);return()=>clearTimeout(t)},[e]),t}function U({onChoose:e}){let t=le(),[n,r]=E(``),i=H(n.trim());return A(`div`,{class:`stack`,children:[A(`div`,{class:`field`,children:[A(`label`,{for:t,children:x().findKelurahan}),A(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:x().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),A(`div`,{role:`status`,children:i&&A(W,{search:i,first:10,...e&&{onChoose:e}})})]})}function W({search:e,first:t,onChoose:r,quiet:a}){let{data:o,failed:c,reload:l}=s(Ae,{search:e,first:t});if(c)return A(n,{again:l});let u=o?.kelurahans.edges.map(({node:e})=>e);return u?.length===0?a?null:A(`p`,{class:`muted`,children:x().noKelurahan(e)}):A(`ul`,{class:`kelurahan-list`,children:u?.map(e=>{let t=A(w,{children:[A(i,{name:`location_on`}),A(`span`,{children:[A(`strong`,{children:e.name}),A(`span`,{class:`small muted`,children:x().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return A(`li`,{children:r?A(`button`,{type:`button`,onClick:()=>r(e),children:t}):A(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var G=k(`
  fragment Numbers on ReportStatistics {
    cursor
    rows {
      received
      responded
      processed
      open
      overdue
    }
  }
`),Be=k(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[G]),Ve=k(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[G]),K=k(`
  fragment ClusterMark on ReportCluster {
    centre {
      latitude
      longitude
    }
    box {
      south
      west
    }
    count
    waiting
    inProgress
    processed
    report {
      id
      number
      version
      title
      status
    }
  }
`),He=k(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[K]),Ue=k(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[K]),We=k(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),Ge=k(`
  query Centre($code: String!) {
    kelurahan(code: $code) {
      id
      code
      name
      centre {
        latitude
        longitude
      }
    }
  }
`),q=ue({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(e,t)=>`${y(e)} masih terbuka, ${y(t)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:e=>`${y(e)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan, nomor, atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(e,t)=>`${y(e)} still open, ${y(t)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:e=>`${y(e)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports, numbers or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Ke=15e3;function qe(){let[e,t]=E(!1),[n,r]=E(!1),a=M.value;return A(`div`,{class:`area-choice`,role:`group`,"aria-label":q().area,children:[A(`button`,{type:`button`,"aria-pressed":a.kind===`city`,onClick:()=>N({kind:`city`}),children:q().wholeCity}),A(`button`,{type:`button`,"aria-pressed":a.kind===`near`,onClick:async()=>{t(!0);let e=await Je();t(!1),e&&ae(e,{label:q().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[A(i,{name:`my_location`}),e?q().locating:q().nearMe]}),A(`button`,{type:`button`,"aria-pressed":a.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[A(i,{name:`location_on`}),a.kind===`kelurahan`?a.name:q().chooseKelurahan]}),n&&A(c,{title:q().chooseKelurahan,onClose:()=>r(!1),children:A(U,{onChoose:({code:e,name:t})=>{N({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Je(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Ke}):e(null)});if(e===null)return q().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await pe.peek().query(We,{at:r}).toPromise();if(!i)return q().notLocated;if(!i.locate)return q().notInCity;let{code:a,name:o}=i.locate.kelurahan;N({kind:`near`,at:r,code:a,name:o})}function Ye({open:e,done:t},n){let r=new Map,i=new Map;for(let a of Xe([...e,...t])){let{centre:e,box:t,count:o,report:s,waiting:c,inProgress:l,processed:u}=a,d=s?.id??`${t.south} ${t.west}`,f=s?.status??Qe(a);r.set(d,{id:d,at:e,status:f,count:o,parts:{waiting:c,inProgress:l,processed:u},label:n(a)}),i.set(d,{number:s?.number,at:e})}return{marks:[...r.values()],places:i}}function Xe(e){let t=new Map;for(let n of e){let e=`${n.box.south} ${n.box.west}`,r=t.get(e),i=r?.report&&r.report.id===n.report?.id;t.set(e,r&&!i?Ze(r,n):n)}return t.values()}function Ze(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function Qe({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var J={near:15,kelurahan:14.5,closer:2};function $e({area:e,changes:t}){let{route:n}=_(),[r,i]=E(),[o,c]=E(),l=`${v(a.value)}T00:00:00+07:00`,u=r?et(r):null,d=s(He,u),f=s(Ue,u&&{...u,since:l});T(()=>{t!==0&&(d.reload(),f.reload())},[t]);let p=e.kind===`kelurahan`?e.code:null,m=s(Ge,p?{code:p}:null).data?.kelurahan;T(()=>{e.kind===`near`?c({at:e.at,zoom:J.near}):e.kind===`kelurahan`&&m?.code===e.code&&c({at:m.centre,zoom:J.kelurahan})},[e,m?.code]);let{marks:h,places:g}=C(()=>Ye({open:d.data?.reportClusters??[],done:f.data?.reportClusters??[]},({report:e,count:t})=>e?.title??q().cluster(t)),[d.data,f.data]);return A(he,{label:q().map,marks:h,focus:o,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=g.get(e);t?.number?n(`/laporan/${t.number}`):t&&r&&c({at:t.at,zoom:r.zoom+J.closer})},onView:i},e.kind===`city`?`city`:`place`)}function et({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var tt=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function nt(){return A(`ul`,{class:`legend small`,children:tt.map(e=>A(`li`,{children:[A(te,{status:e}),g().statusShort[e]]},e))})}var rt=k(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[z]),Y=k(`
  fragment Acted on Report {
    id
    version
    status
    resolution
    title
    description
    supportCount
    viewerHasSupported
    rating
    reporter {
      pseudonym
    }
    permissions {
      canEdit
      canWithdraw
      canRate
      canReopen
      canErase
      canFlag
      canSupport
      canComment
    }
  }
`),it=k(`
    mutation SupportReport($id: ID!) {
      supportReport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),at=k(`
    mutation WithdrawSupport($id: ID!) {
      withdrawSupport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),ot=k(`
    mutation RateReport($id: ID!, $stars: Int!, $comment: String, $idempotencyKey: String!) {
      rateReport(id: $id, stars: $stars, comment: $comment, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),st=k(`
    mutation ReopenReport($id: ID!, $reason: String!, $idempotencyKey: String!) {
      reopenReport(id: $id, reason: $reason, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),ct=k(`
    mutation EditReport($id: ID!, $input: UpdateReportInput!) {
      updateReport(id: $id, input: $input) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),lt=k(`
    mutation WithdrawReport($id: ID!, $idempotencyKey: String!) {
      withdrawReport(id: $id, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),ut=k(`
    mutation MakeReportAnonymous($id: ID!) {
      makeReportAnonymous(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),dt=k(`
    mutation EraseReport($id: ID!) {
      eraseReport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,[Y]),ft=k(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function pt({search:e}){let t=le(),{route:n}=_(),[r,a]=E(e),o=H(r.trim()),s=O(e);return T(()=>{o!==s.current&&(s.current=o,n(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),T(()=>{e!==s.current&&(s.current=e,a(e))},[e]),A(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[A(`label`,{for:t,class:`visually-hidden`,children:q().search}),A(i,{name:`search`}),A(`input`,{id:t,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:q().search,value:r,onInput:({currentTarget:e})=>a(e.value)})]})}var mt=/^jk[\s.-]*[\d\s.-]{6,}$/i,ht=/[\p{L}\p{N}]/u;function gt({search:e}){return ht.test(e)?A(w,{children:[A(`h2`,{children:q().results(e)}),A(W,{search:e,first:3,quiet:!0},`k ${e}`),mt.test(e)?A(_t,{number:e}):A(vt,{search:e},e)]}):A(X,{})}var X=()=>A(l,{icon:`search`,title:q().nothingFound,children:A(`p`,{children:q().nothingFoundHint})});function _t({number:e}){let{data:r,failed:i,reload:a}=s(rt,{number:e});return i?A(n,{again:a}):r?r.report?A(I,{lines:[r.report]}):A(X,{}):A(t,{count:1,height:`6rem`})}function vt({search:e}){let{data:r,failed:i,reload:a}=s(B,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(i)return A(n,{again:a});if(!r)return A(t,{count:4,height:`6rem`});let o=r.reports.edges.map(({node:e})=>e);return o.length>0?A(I,{lines:o}):A(X,{})}function yt({filter:e,onChange:t}){let n=v(a.value),{data:r}=s(Be,{filter:e,day:n}),[i,c]=E(),l=O(void 0);o(Ve,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&c({day:n,numbers:r}),l.current!==void 0&&t(),l.current=e.cursor});let u=i?.day===n?i.numbers:r?.reportStatistics.rows[0];return A(`div`,{class:`today`,children:[A(`dl`,{children:[A(Z,{label:q().received,value:u?.received}),A(Z,{label:q().responded,value:u?.responded}),A(Z,{label:q().processed,value:u?.processed})]}),A(`p`,{class:`small muted`,children:u?q().open(u.open,u.overdue):`\xA0`})]})}function Z({label:e,value:t}){return A(`div`,{children:[A(`dt`,{children:e}),A(`dd`,{class:`number`,children:t===void 0?`–`:y(t)},t)]})}var bt=3e3;function xt(){let{query:e}=_(),t=e.cari?.trim()??``,n=M.value,[i,a]=E(0),o=r(()=>a(e=>e+1),bt),s=C(()=>n.kind===`city`?{}:{kelurahan:[n.code]},[n]);return A(`main`,{id:`content`,class:`page home`,children:[A(`section`,{class:`hero`,children:[A(se,{title:q().title(n.kind===`city`?q().city:n.name)}),A(yt,{filter:s,onChange:o},JSON.stringify(s))]}),A(`section`,{class:`seek`,children:[A(pt,{search:t}),A(qe,{})]}),A(`div`,{class:`where`,children:[A($e,{area:n,changes:i}),A(nt,{})]}),A(`section`,{class:`what stack`,children:t?A(gt,{search:t}):A(Ct,{area:n},JSON.stringify(n))})]})}var St=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function Ct({area:e}){let t=C(()=>St(e),[e]);return A(V,{title:e.kind===`near`?q().happenedNear:q().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:A(l,{icon:`check_circle`,title:q().nothing,children:A(`p`,{children:q().nothingHint})})})}var Q=S(0),wt=S(0);function Tt({children:e}){let{path:t}=_();ce(t);let n=t===`/lapor`,r=(D.signedIn.value?Q.value:0)+wt.value,a=e=>(e===`/`?t===`/`:t===e||t.startsWith(`${e}/`))&&{"aria-current":`page`},o=D.signedIn.value?[`/akun`,`person`,x().account]:[`/masuk`,`person`,x().signIn];return A(w,{children:[A(`header`,{class:`bar citizen-bar`,children:[A(`a`,{class:`brand`,href:`/`,children:[A(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),A(`span`,{class:`live-place`,children:de.value!==`idle`&&A(ie,{})}),A(`nav`,{class:`wide-nav`,"aria-label":x().navigation,children:[A(`a`,{href:`/`,...a(`/`),children:x().home}),A(`a`,{href:`/laporan`,...t===`/laporan`&&{"aria-current":`page`},children:[x().reports,A(Et,{count:r})]}),A(`a`,{href:`/peringkat`,...a(`/peringkat`),children:x().board}),A(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:x().places}),A(`a`,{class:`button`,href:`/lapor`,children:[A(i,{name:`add_a_photo`}),x().submit]})]}),A(m,{}),A(f,{})]}),e,!n&&A(Dt,{}),!n&&A(`nav`,{class:`phone-nav`,"aria-label":x().navigation,children:[A($,{href:`/`,icon:`home`,label:x().home,current:t===`/`}),A($,{href:`/laporan`,icon:`list_alt`,label:x().reports,current:t===`/laporan`,badge:r}),A(`a`,{class:`phone-submit`,href:`/lapor`,children:[A(`span`,{children:A(i,{name:`add`})}),x().submit]}),A($,{href:`/peringkat`,icon:`leaderboard`,label:x().board,current:t.startsWith(`/peringkat`)}),A($,{href:o[0],icon:o[1],label:o[2],current:t.startsWith(o[0])})]})]})}function $({href:e,icon:t,label:n,current:r,badge:a=0}){return A(`a`,{href:e,...r&&{"aria-current":`page`},children:[A(i,{name:t}),n,A(Et,{count:a})]})}function Et({count:e}){return e===0?null:A(`span`,{class:`badge number`,children:[A(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),A(`span`,{class:`visually-hidden`,children:x().unread(e)})]})}function Dt(){return A(`footer`,{class:`citizen-foot`,children:[A(`p`,{class:`muted small`,children:x().motto}),A(`nav`,{"aria-label":x().footer,children:[A(`a`,{href:`/kelurahan`,children:x().places}),A(`a`,{href:`/bantuan`,children:x().help}),A(`a`,{href:`/meja`,children:x().staff}),A(`a`,{href:`/ruang-kendali`,children:x().wall}),A(`a`,{href:`/api`,children:x().api})]})]})}var Ot=u(()=>d(()=>import(`./Account-Df4_Wtql.js`),__vite__mapDeps([7,2,1,3,4,5,6,8,9,10,11,12,13,14,15,16]))),kt=u(()=>d(()=>import(`./BoardPage-93sKFrYd.js`),__vite__mapDeps([17,3,2,4,5,18,1,6,19]))),At=u(()=>d(()=>import(`./Forgotten-BHuWSjp2.js`),__vite__mapDeps([20,2,1,3,4,5,6,9,8]))),jt=u(()=>d(()=>import(`./Lapor-BrSoI2Qw.js`).then(e=>e.Lapor),__vite__mapDeps([21,3,2,4,5,1,6,22,23,13,24,25,9,26,14,10,11,12,15,27,28]))),Mt=u(()=>d(()=>import(`./MyReports-CjjezfSN.js`).then(e=>e.MyReports),__vite__mapDeps([29,2,1,3,4,5,6,22,23,13,24,25,12,30,15,10,11,14,16]))),Nt=u(()=>d(()=>import(`./PlacePage-BvleIuHG.js`),__vite__mapDeps([31,3,2,4,5,1,6,27,18,32,33,34]))),Pt=u(()=>d(()=>import(`./Places-CzaqlbXf.js`),__vite__mapDeps([35,1,2,3,4,5,6,18,33,34]))),Ft=u(()=>d(()=>import(`./ReportPage-Bs19QBg8.js`),__vite__mapDeps([36,3,2,4,5,1,6,27,37,13,38,39,40,41,18,32,26,25,42]))),It=u(()=>d(()=>import(`./SignIn-FmneDq4r.js`),__vite__mapDeps([43,2,9,1,3,4,5,6,8,44]))),Lt=u(()=>d(()=>import(`./SignUp-CRtNp3jH.js`),__vite__mapDeps([45,2,1,3,4,5,6,8,44,9])));_e(),oe(),re(()=>A(Tt,{children:A(`div`,{class:`slot`,children:A(ee,{children:[A(b,{path:`/`,component:xt}),A(b,{path:`/lapor`,component:jt}),A(b,{path:`/laporan`,component:Mt}),A(b,{path:`/laporan/:number`,component:Ft}),A(b,{path:`/kelurahan`,component:Pt}),A(b,{path:`/kelurahan/:code`,component:Nt}),A(b,{path:`/peringkat`,component:kt}),A(b,{path:`/masuk`,component:It}),A(b,{path:`/daftar`,component:Lt}),A(b,{path:`/sandi`,component:At}),A(b,{path:`/akun/:page?`,component:Ot}),A(b,{default:!0,component:h})]})})})),be();export{M as _,ft as a,st as c,at as d,U as f,Ce as g,we as h,dt as i,it as l,R as m,wt as n,ut as o,V as p,ct as r,ot as s,Q as t,lt as u,N as v,ve as y};