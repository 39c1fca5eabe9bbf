const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-CmqAtW-E.js","assets/account-h4B0MCdE.js","assets/client-CaQjfuTS.js","assets/marks-BB8agoFD.js","assets/jsxRuntime-Csr4a5YV.js","assets/marks-D7mwT4Ix.css","assets/account-Hi8l2vnB.css","assets/Account-nMOhjygH.js","assets/Frame-CBbrcYkS.js","assets/settings-uj38sWJP.js","assets/push-D8rmhS4o.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-BNrRXImi.js","assets/fragments-tR8gAkpD.js","assets/PushSwitch-CpUUBUiC.js","assets/texts-D5GqZOOI.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-4-lmzBTa.js","assets/texts-B4qpBkTx.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-BHuWSjp2.js","assets/Lapor-BIan3lZu.js","assets/categories-DiJ93BtE.js","assets/documents-C2JvTtsO.js","assets/outbox-C3AbY-cq.js","assets/upload-CT3y-II4.js","assets/shrink-BYIsprsK.js","assets/map-BLX9peL5.js","assets/Lapor-CuyfsIM_.css","assets/MyReports-DLZpsP9i.js","assets/news-BPGUJaQv.js","assets/PlacePage-C5DiHJR8.js","assets/share-CAu3Jpnl.js","assets/places-CCytGxF9.js","assets/places-BMX3IkbZ.css","assets/Places-DcjJW1M4.js","assets/ReportPage-zXAlUHsw.js","assets/documents-CArsFB1Y.js","assets/report-940hWyl_.js","assets/report-Dt9x5B8y.css","assets/Photos-DVhrSE8D.js","assets/Timeline-vYoTOjF5.js","assets/ReportPage-fRI-Bvei.css","assets/SignIn-FmneDq4r.js","assets/onwards-Wkpz_3y9.js","assets/SignUp-CRtNp3jH.js"])))=>i.map(i=>d[i]);
import{B as e,G as t,H as n,I as r,J as i,K as a,L as o,R as s,V as c,W as l,X as u,Y as d,d as f,q as p,u as m,z as h}from"./account-h4B0MCdE.js";import{A as g,M as ee,N as _,a as te,d as ne,g as v,i as re,j as y,o as ie,r as ae,s as oe}from"./marks-BB8agoFD.js";import{i as se,n as ce,r as le,t as b}from"./texts-B4qpBkTx.js";import{A as ue,D as x,I as S,L as C,O as w,P as T,a as E,b as de,i as fe,j as D,k as pe,o as O,t as me}from"./client-CaQjfuTS.js";import{t as k}from"./jsxRuntime-Csr4a5YV.js";import{t as he}from"./fragments-tR8gAkpD.js";import{t as ge}from"./map-BLX9peL5.js";var _e=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function ve(){let[,e,t]=_e.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var ye=()=>history.state?.token,be=2e3;function xe(){setTimeout(()=>{d(async()=>{let{startInBackground:e}=await import(`./background-CmqAtW-E.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},be)}var A=`tanggap.kelurahan`,Se={kind:`city`};function Ce(){let{code:e,name:t}=JSON.parse(localStorage.getItem(A)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:Se}var j=x(Ce());function M(e){e.kind===`kelurahan`?localStorage.setItem(A,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(A),j.value=e}var N=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function P(e,t,n,r){if(t===null){let e=N(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=N(e,t),a=N(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function we(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:P(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function Te(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:P(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Ee(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:N(t,r)}:n?{kind:`answered`,took:N(t,n)}:null}function F({lines:e,list:t}){let n=D(null),r=t??n;return L(r,e.map(({id:e})=>e).join()),k(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>k(`li`,{"data-key":e.id,children:k(De,{line:e})},e.id))})}function De({line:t}){let[n]=t.photos;return k(`a`,{class:`report-line`,href:`/laporan/${t.number}`,children:[k(`span`,{class:`picture`,children:[n?k(`img`,{src:n.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:Oe}):null,k(p,{icon:t.category.icon,colour:t.category.colour})]}),k(`span`,{class:`about`,children:[k(`strong`,{class:`clip`,children:t.title}),k(`span`,{class:`happened`,children:[k(re,{status:t.status,short:!0}),k(`span`,{class:`small muted clip`,children:k(e,{at:t.processedAt??t.respondedAt??t.submittedAt})})]}),k(`span`,{class:`happened small`,children:[k(`span`,{class:`muted clip`,children:t.kelurahan.name}),k(ke,{line:t})]})]})]})}function Oe({currentTarget:e}){e.hidden=!0}function ke({line:e}){let t=Ee(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?k(`span`,{class:`took`,children:g().resolution[e.resolution]}):e.overdue?k(`span`,{class:`took late`,children:[k(i,{name:`timer`}),b().overdue]}):t?k(`span`,{class:`took`,children:t.kind===`fixed`?b().fixedIn(t.took):b().answeredIn(t.took)}):null}var I={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function L(e,t){let n=D(void 0);pe(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],I):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],I)}n.current=r},[t])}var R=O(`
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
  `,[he]),z=O(`
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
  `,[R]),Ae=O(`
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
  `,[R]),je=O(`
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
`);function Me(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Ne({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Pe=800,Fe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Ie(e,t,n,r){let{data:i,failed:a,reload:c}=s(z,{filter:e,orderBy:t,first:n}),l={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},u=D(l);u.current=l;let[d,f]=T(l),p=e=>f(t=>{let{load:n,feed:r}=t.load===u.current.load?t:u.current;return{load:n,feed:e(r)}}),m=D([]),h=D(void 0);return o(Ae,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>{let{reportId:t,kind:i,matchesFilter:a,report:o}=e;m.current.push({reportId:t,line:a===!1?null:o,news:Fe.has(i)}),h.current??=setTimeout(()=>{h.current=void 0;let e=m.current.splice(0),t=Le(r.current);p(r=>e.reduce((e,r)=>Me(e,r,t,n),r))},Pe)}),w(()=>()=>clearTimeout(h.current),[]),{...(d.load===l.load?d:l).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:c,release:()=>p(e=>Ne(e,n))}}function Le(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var B=20,Re=100;function V({title:e,filter:r,orderBy:a,nothing:o,onChange:s}){let[c,l]=T(B),u=D(null),d=D(null),f=Ie(r,a,c,u),p=[...f.shown,...f.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),m=D(void 0);return w(()=>{f.loaded&&(m.current!==void 0&&m.current!==p&&s?.(),m.current=p)},[p,f.loaded]),k(`section`,{class:`live-list`,ref:d,children:[k(`h2`,{children:e}),k(`div`,{class:`pill`,role:`status`,children:f.waiting.length>0&&k(`button`,{type:`button`,class:`button`,onClick:()=>{f.release(),d.current?.scrollIntoView()},children:[k(i,{name:`arrow_upward`}),b().came(f.waiting.length)]})}),f.failed&&k(n,{again:f.reload}),!f.loaded&&!f.failed&&k(t,{count:6,height:`6rem`}),f.loaded&&f.shown.length===0&&o,k(F,{lines:f.shown,list:u}),f.hasMore&&c<Re&&k(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>l(c+B),children:g().more})]})}var ze=300;function H(e){let[t,n]=T(e);return w(()=>{let t=setTimeout(()=>n(e),ze);return()=>clearTimeout(t)},[e]),t}function U({onChoose:e}){let t=ue(),[n,r]=T(``),i=H(n.trim());return k(`div`,{class:`stack`,children:[k(`div`,{class:`field`,children:[k(`label`,{for:t,children:b().findKelurahan}),k(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:b().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),k(`div`,{role:`status`,children:i&&k(W,{search:i,first:10,...e&&{onChoose:e}})})]})}function W({search:e,first:t,onChoose:r,quiet:a}){let{data:o,failed:c,reload:l}=s(je,{search:e,first:t});if(c)return k(n,{again:l});let u=o?.kelurahans.edges.map(({node:e})=>e);return u?.length===0?a?null:k(`p`,{class:`muted`,children:b().noKelurahan(e)}):k(`ul`,{class:`kelurahan-list`,children:u?.map(e=>{let t=k(C,{children:[k(i,{name:`location_on`}),k(`span`,{children:[k(`strong`,{children:e.name}),k(`span`,{class:`small muted`,children:b().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return k(`li`,{children:r?k(`button`,{type:`button`,onClick:()=>r(e),children:t}):k(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var G=O(`
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
`),Be=O(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[G]),Ve=O(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[G]),K=O(`
  fragment ClusterMark on ReportCluster {
    centre {
      latitude
      longitude
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
`),He=O(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[K]),Ue=O(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[K]),We=O(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),Ge=O(`
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
`),q=de({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(e,t)=>`${v(e)} masih terbuka, ${v(t)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:e=>`${v(e)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan, nomor, atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(e,t)=>`${v(e)} still open, ${v(t)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:e=>`${v(e)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports, numbers or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Ke=15e3;function qe(){let[e,t]=T(!1),[n,r]=T(!1),a=j.value;return k(`div`,{class:`area-choice`,role:`group`,"aria-label":q().area,children:[k(`button`,{type:`button`,"aria-pressed":a.kind===`city`,onClick:()=>M({kind:`city`}),children:q().wholeCity}),k(`button`,{type:`button`,"aria-pressed":a.kind===`near`,onClick:async()=>{t(!0);let e=await Je();t(!1),e&&oe(e,{label:q().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[k(i,{name:`my_location`}),e?q().locating:q().nearMe]}),k(`button`,{type:`button`,"aria-pressed":a.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[k(i,{name:`location_on`}),a.kind===`kelurahan`?a.name:q().chooseKelurahan]}),n&&k(c,{title:q().chooseKelurahan,onClose:()=>r(!1),children:k(U,{onChoose:({code:e,name:t})=>{M({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Je(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Ke}):e(null)});if(e===null)return q().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await me.peek().query(We,{at:r}).toPromise();if(!i)return q().notLocated;if(!i.locate)return q().notInCity;let{code:a,name:o}=i.locate.kelurahan;M({kind:`near`,at:r,code:a,name:o})}var Ye=6;function Xe({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of Ze([...e,...t],2**(n-Ye))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??$e(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function Ze(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?Qe(o,r):r)}return n}function Qe(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function $e({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var J={near:15,kelurahan:14.5,closer:2};function et({area:e,changes:t}){let{route:n}=_(),[r,i]=T(),[o,c]=T(),l=`${ne(a.value)}T00:00:00+07:00`,u=r?tt(r):null,d=s(He,u),f=s(Ue,u&&{...u,since:l});w(()=>{t!==0&&(d.reload(),f.reload())},[t]);let p=e.kind===`kelurahan`?e.code:null,m=s(Ge,p?{code:p}:null).data?.kelurahan;w(()=>{e.kind===`near`?c({at:e.at,zoom:J.near}):e.kind===`kelurahan`&&m?.code===e.code&&c({at:m.centre,zoom:J.kelurahan})},[e,m?.code]);let{marks:h,places:g}=S(()=>Xe({open:d.data?.reportClusters??[],done:f.data?.reportClusters??[]},r?.zoom??0,({report:e,count:t})=>e?.title??q().cluster(t)),[d.data,f.data]);return k(ge,{label:q().map,marks:h,focus:o,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=g.get(e);t?.number?n(`/laporan/${t.number}`):t&&r&&c({at:t.at,zoom:r.zoom+J.closer})},onView:i},e.kind===`city`?`city`:`place`)}function tt({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var nt=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function rt(){return k(`ul`,{class:`legend small`,children:nt.map(e=>k(`li`,{children:[k(te,{status:e}),g().statusShort[e]]},e))})}var it=O(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[R]),Y=O(`
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
`),at=O(`
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
  `,[Y]),ot=O(`
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
  `,[Y]),st=O(`
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
  `,[Y]),ct=O(`
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
  `,[Y]),lt=O(`
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
  `,[Y]),ut=O(`
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
  `,[Y]),dt=O(`
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
  `,[Y]),ft=O(`
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
  `,[Y]),pt=O(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function mt({search:e}){let t=ue(),{route:n}=_(),[r,a]=T(e),o=H(r.trim()),s=D(e);return w(()=>{o!==s.current&&(s.current=o,n(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),w(()=>{e!==s.current&&(s.current=e,a(e))},[e]),k(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[k(`label`,{for:t,class:`visually-hidden`,children:q().search}),k(i,{name:`search`}),k(`input`,{id:t,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:q().search,value:r,onInput:({currentTarget:e})=>a(e.value)})]})}var ht=/^jk[\s.-]*[\d\s.-]{6,}$/i,gt=/[\p{L}\p{N}]/u;function _t({search:e}){return gt.test(e)?k(C,{children:[k(`h2`,{children:q().results(e)}),k(W,{search:e,first:3,quiet:!0},`k ${e}`),ht.test(e)?k(vt,{number:e}):k(yt,{search:e},e)]}):k(X,{})}var X=()=>k(l,{icon:`search`,title:q().nothingFound,children:k(`p`,{children:q().nothingFoundHint})});function vt({number:e}){let{data:r,failed:i,reload:a}=s(it,{number:e});return i?k(n,{again:a}):r?r.report?k(F,{lines:[r.report]}):k(X,{}):k(t,{count:1,height:`6rem`})}function yt({search:e}){let{data:r,failed:i,reload:a}=s(z,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(i)return k(n,{again:a});if(!r)return k(t,{count:4,height:`6rem`});let o=r.reports.edges.map(({node:e})=>e);return o.length>0?k(F,{lines:o}):k(X,{})}function bt({filter:e,onChange:t}){let n=ne(a.value),{data:r}=s(Be,{filter:e,day:n}),[i,c]=T(),l=D(void 0);o(Ve,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&c({day:n,numbers:r}),l.current!==void 0&&t(),l.current=e.cursor});let u=i?.day===n?i.numbers:r?.reportStatistics.rows[0];return k(`div`,{class:`today`,children:[k(`dl`,{children:[k(Z,{label:q().received,value:u?.received}),k(Z,{label:q().responded,value:u?.responded}),k(Z,{label:q().processed,value:u?.processed})]}),k(`p`,{class:`small muted`,children:u?q().open(u.open,u.overdue):`\xA0`})]})}function Z({label:e,value:t}){return k(`div`,{children:[k(`dt`,{children:e}),k(`dd`,{class:`number`,children:t===void 0?`–`:v(t)},t)]})}var xt=3e3;function St(){let{query:e}=_(),t=e.cari?.trim()??``,n=j.value,[i,a]=T(0),o=r(()=>a(e=>e+1),xt),s=S(()=>n.kind===`city`?{}:{kelurahan:[n.code]},[n]);return k(`main`,{id:`content`,class:`page home`,children:[k(`section`,{class:`hero`,children:[k(ce,{title:q().title(n.kind===`city`?q().city:n.name)}),k(bt,{filter:s,onChange:o},JSON.stringify(s))]}),k(`section`,{class:`seek`,children:[k(mt,{search:t}),k(qe,{})]}),k(`div`,{class:`where`,children:[k(et,{area:n,changes:i}),k(rt,{})]}),k(`section`,{class:`what stack`,children:t?k(_t,{search:t}):k(wt,{area:n},JSON.stringify(n))})]})}var Ct=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function wt({area:e}){let t=S(()=>Ct(e),[e]);return k(V,{title:e.kind===`near`?q().happenedNear:q().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:k(l,{icon:`check_circle`,title:q().nothing,children:k(`p`,{children:q().nothingHint})})})}var Tt=x(0),Et=x(0);function Dt({children:e}){let{path:t}=_();le(t);let n=t===`/lapor`,r=(E.signedIn.value?Tt.value:0)+Et.value,a=e=>(e===`/`?t===`/`:t===e||t.startsWith(`${e}/`))&&{"aria-current":`page`},o=E.signedIn.value?[`/akun`,`person`,b().account]:[`/masuk`,`person`,b().signIn];return k(C,{children:[k(`header`,{class:`bar citizen-bar`,children:[k(`a`,{class:`brand`,href:`/`,children:[k(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),k(`span`,{class:`live-place`,children:fe.value!==`idle`&&k(ae,{})}),k(`nav`,{class:`wide-nav`,"aria-label":b().navigation,children:[k(`a`,{href:`/`,...a(`/`),children:b().home}),k(`a`,{href:`/laporan`,...t===`/laporan`&&{"aria-current":`page`},children:[b().reports,k($,{count:r})]}),k(`a`,{href:`/peringkat`,...a(`/peringkat`),children:b().board}),k(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:b().places}),k(`a`,{class:`button`,href:`/lapor`,children:[k(i,{name:`add_a_photo`}),b().submit]})]}),k(m,{}),k(f,{})]}),e,!n&&k(Ot,{}),!n&&k(`nav`,{class:`phone-nav`,"aria-label":b().navigation,children:[k(Q,{href:`/`,icon:`home`,label:b().home,current:t===`/`}),k(Q,{href:`/laporan`,icon:`list_alt`,label:b().reports,current:t===`/laporan`,badge:r}),k(`a`,{class:`phone-submit`,href:`/lapor`,children:[k(`span`,{children:k(i,{name:`add`})}),b().submit]}),k(Q,{href:`/peringkat`,icon:`leaderboard`,label:b().board,current:t.startsWith(`/peringkat`)}),k(Q,{href:o[0],icon:o[1],label:o[2],current:t.startsWith(o[0])})]})]})}function Q({href:e,icon:t,label:n,current:r,badge:a=0}){return k(`a`,{href:e,...r&&{"aria-current":`page`},children:[k(i,{name:t}),n,k($,{count:a})]})}function $({count:e}){return e===0?null:k(`span`,{class:`badge number`,children:[k(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),k(`span`,{class:`visually-hidden`,children:b().unread(e)})]})}function Ot(){return k(`footer`,{class:`citizen-foot`,children:[k(`p`,{class:`muted small`,children:b().motto}),k(`nav`,{"aria-label":b().footer,children:[k(`a`,{href:`/kelurahan`,children:b().places}),k(`a`,{href:`/bantuan`,children:b().help}),k(`a`,{href:`/meja`,children:b().staff}),k(`a`,{href:`/ruang-kendali`,children:b().wall}),k(`a`,{href:`/api`,children:b().api})]})]})}var kt=u(()=>d(()=>import(`./Account-nMOhjygH.js`),__vite__mapDeps([7,2,1,3,4,5,6,8,9,10,11,12,13,14,15,16]))),At=u(()=>d(()=>import(`./BoardPage-4-lmzBTa.js`),__vite__mapDeps([17,3,2,4,5,18,1,6,19]))),jt=u(()=>d(()=>import(`./Forgotten-BHuWSjp2.js`),__vite__mapDeps([20,2,1,3,4,5,6,9,8]))),Mt=u(()=>d(()=>import(`./Lapor-BIan3lZu.js`).then(e=>e.Lapor),__vite__mapDeps([21,3,2,4,5,1,6,22,23,13,24,25,9,26,14,10,11,12,15,27,28]))),Nt=u(()=>d(()=>import(`./MyReports-DLZpsP9i.js`).then(e=>e.MyReports),__vite__mapDeps([29,2,1,3,4,5,6,22,23,13,24,25,12,30,15,10,11,14,16]))),Pt=u(()=>d(()=>import(`./PlacePage-C5DiHJR8.js`),__vite__mapDeps([31,3,2,4,5,1,6,27,18,32,33,34]))),Ft=u(()=>d(()=>import(`./Places-DcjJW1M4.js`),__vite__mapDeps([35,1,2,3,4,5,6,18,33,34]))),It=u(()=>d(()=>import(`./ReportPage-zXAlUHsw.js`),__vite__mapDeps([36,3,2,4,5,1,6,27,37,13,38,39,40,41,18,32,26,25,42]))),Lt=u(()=>d(()=>import(`./SignIn-FmneDq4r.js`),__vite__mapDeps([43,2,9,1,3,4,5,6,8,44]))),Rt=u(()=>d(()=>import(`./SignUp-CRtNp3jH.js`),__vite__mapDeps([45,2,1,3,4,5,6,8,44,9])));ve(),se(),ie(()=>k(Dt,{children:k(`div`,{class:`slot`,children:k(ee,{children:[k(y,{path:`/`,component:St}),k(y,{path:`/lapor`,component:Mt}),k(y,{path:`/laporan`,component:Nt}),k(y,{path:`/laporan/:number`,component:It}),k(y,{path:`/kelurahan`,component:Ft}),k(y,{path:`/kelurahan/:code`,component:Pt}),k(y,{path:`/peringkat`,component:At}),k(y,{path:`/masuk`,component:Lt}),k(y,{path:`/daftar`,component:Rt}),k(y,{path:`/sandi`,component:jt}),k(y,{path:`/akun/:page?`,component:kt}),k(y,{default:!0,component:h})]})})})),xe();export{j as _,pt as a,ct as c,ot as d,U as f,we as g,Te as h,ft as i,at as l,L as m,Et as n,dt as o,V as p,lt as r,st as s,Tt as t,ut as u,M as v,ye as y};