const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-DNEU5P8A.js","assets/SignInForm-NkZFrR9o.js","assets/client-bP1_Fgek.js","assets/marks-C9VxwOAG.js","assets/jsxRuntime-Cbpk-N_e.js","assets/marks-D7mwT4Ix.css","assets/SignInForm-D01g7Q48.css","assets/Account-Ca7beV3W.js","assets/viewer-D0cqg-hl.js","assets/Sheet-DVfnvTxX.js","assets/settings-uj38sWJP.js","assets/push-Dmso_pH3.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-DY84otzj.js","assets/fragments-xYYo94CB.js","assets/PushSwitch-DW07KpRV.js","assets/texts-DDjmaXHz.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-ClVgQSl8.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-B6kCxQhU.js","assets/Lapor-BYutA-zS.js","assets/categories-BhT2D3Zj.js","assets/documents-C6-Eupwc.js","assets/outbox-_01WuoQO.js","assets/upload-DQu9P_WX.js","assets/shrink-BYIsprsK.js","assets/map-mITH4Kje.js","assets/Lapor-BPNVKFhQ.css","assets/MyReports-C5zrVo9-.js","assets/news-BWJUQTOM.js","assets/PlacePage-B_v3dD4u.js","assets/share-DMVV99yS.js","assets/places-Cdg1ci8g.js","assets/places-BD99shW2.css","assets/Places-CfC1S0e1.js","assets/ReportPage-H2fTSgZR.js","assets/documents-C3hWtYE4.js","assets/report-CwCrQNP7.js","assets/report-Dt9x5B8y.css","assets/Photos-C3y73mtz.js","assets/Timeline-CKJnyPtx.js","assets/account-CXhXIA40.js","assets/ReportPage-DEJzvztF.css","assets/SignIn-Camu84KW.js","assets/onwards-BBgjcNWY.js","assets/SignUp-CX0hQMGO.js"])))=>i.map(i=>d[i]);
import{M as e,N as t,a as n,g as r,h as i,i as a,j as o,o as s,r as c,s as l,v as u,x as d}from"./marks-C9VxwOAG.js";import{A as f,B as p,F as m,G as h,H as g,I as _,K as ee,M as te,N as ne,P as re,R as v,U as ie,V as ae,W as oe,j as y,k as se,z as b}from"./SignInForm-NkZFrR9o.js";import{t as x}from"./jsxRuntime-Cbpk-N_e.js";import{A as S,D as C,I as w,L as T,O as E,P as D,a as O,i as ce,j as k,k as le,o as A,t as ue,y as de}from"./client-bP1_Fgek.js";import{t as fe}from"./fragments-xYYo94CB.js";import{t as pe}from"./map-mITH4Kje.js";import{n as me,t as he}from"./account-CXhXIA40.js";var ge=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function _e(){let[,e,t]=ge.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var ve=()=>history.state?.token,ye=2e3;function be(){setTimeout(()=>{h(async()=>{let{startInBackground:e}=await import(`./background-DNEU5P8A.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},ye)}function j(e){return ee(()=>e().catch(()=>({default:xe})))}function xe(){return x(`main`,{id:`content`,class:`page narrow`,children:x(_,{again:()=>location.reload()})})}var M=`tanggap.kelurahan`,Se={kind:`city`};function Ce(){let{code:e,name:t}=JSON.parse(localStorage.getItem(M)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:Se}var N=C(Ce());function P(e){e.kind===`kelurahan`?localStorage.setItem(M,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(M),N.value=e}var F=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function I(e,t,n,r){if(t===null){let e=F(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=F(e,t),a=F(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function we(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:I(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function Te(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:I(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Ee(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:F(t,r)}:n?{kind:`answered`,took:F(t,n)}:null}var L=de({navigation:`Menu utama`,home:`Beranda`,reports:`Laporan saya`,submit:`Lapor`,board:`Peringkat`,places:`Kelurahan`,account:`Akun`,signIn:`Masuk`,unread:e=>`${d(e)} kabar baru`,help:`Bantuan`,api:`Untuk pengembang`,staff:`Untuk petugas`,wall:`Ruang kendali`,footer:`Tautan lain`,motto:`Laporan Anda, dijawab dan dikerjakan. Semua orang bisa melihatnya.`,came:e=>`${d(e)} laporan baru`,answeredIn:e=>`Dijawab dalam ${u(Math.max(1,e))}`,fixedIn:e=>`Selesai dalam ${u(Math.max(1,e))}`,overdue:`Terlambat`,share:`Bagikan`,copied:`Tautan disalin.`,copyFailed:`Tautan tidak bisa disalin. Salinlah dari bilah alamat.`,findKelurahan:`Cari kelurahan`,findKelurahanHint:`Misalnya Gambir atau Kebon Jeruk`,noKelurahan:e=>`Tidak ada kelurahan bernama “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`},{navigation:`Main menu`,home:`Home`,reports:`My reports`,submit:`Report`,board:`Ranking`,places:`Kelurahan`,account:`Account`,signIn:`Sign in`,unread:e=>`${d(e)} news`,help:`Help`,api:`For developers`,staff:`For staff`,wall:`Control room`,footer:`More links`,motto:`Your reports, answered and acted on, where everybody can see it.`,came:e=>`${d(e)} new ${e===1?`report`:`reports`}`,answeredIn:e=>`Answered in ${u(Math.max(1,e))}`,fixedIn:e=>`Fixed in ${u(Math.max(1,e))}`,overdue:`Overdue`,share:`Share`,copied:`Link copied.`,copyFailed:`The link could not be copied. Copy it from the address bar.`,findKelurahan:`Find a kelurahan`,findKelurahanHint:`For example Gambir or Kebon Jeruk`,noKelurahan:e=>`There is no kelurahan named “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`});function R({lines:e,list:t}){let n=k(null),r=t??n;return B(r,e.map(({id:e})=>e).join()),x(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>x(`li`,{"data-key":e.id,children:x(De,{line:e})},e.id))})}function De({line:e}){let[t]=e.photos;return x(`a`,{class:`report-line`,href:`/laporan/${e.number}`,children:[x(`span`,{class:`picture`,children:[t?x(`img`,{src:t.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:Oe}):null,x(ae,{icon:e.category.icon,colour:e.category.colour})]}),x(`span`,{class:`about`,children:[x(`strong`,{class:`clip`,children:e.title}),x(`span`,{class:`happened`,children:[x(a,{status:e.status,short:!0}),x(`span`,{class:`small muted clip`,children:x(re,{at:e.processedAt??e.respondedAt??e.submittedAt})})]}),x(`span`,{class:`happened small`,children:[x(`span`,{class:`muted clip`,children:e.kelurahan.name}),x(ke,{line:e})]})]})]})}function Oe({currentTarget:e}){e.hidden=!0}function ke({line:e}){let t=Ee(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?x(`span`,{class:`took`,children:i().resolution[e.resolution]}):e.overdue?x(`span`,{class:`took late`,children:[x(g,{name:`timer`}),L().overdue]}):t?x(`span`,{class:`took`,children:t.kind===`fixed`?L().fixedIn(t.took):L().answeredIn(t.took)}):null}var z={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function B(e,t){let n=k(void 0);le(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t?.size||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],z):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],z)}n.current=r},[t])}var V=A(`
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
  `,[fe]),H=A(`
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
  `,[V]),Ae=A(`
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
  `,[V]),je=A(`
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
`);function Me(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Ne({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Pe=800,Fe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Ie(e,t,n,r){let{data:i,failed:a,reload:o}=y(H,{filter:e,orderBy:t,first:n}),s={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},c=k(s);c.current=s;let[l,u]=D(s),d=e=>u(t=>{let{load:n,feed:r}=t.load===c.current.load?t:c.current;return{load:n,feed:e(r)}}),p=k([]),m=k(void 0);return f(Ae,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>{let{reportId:t,kind:i,matchesFilter:a,report:o}=e;p.current.push({reportId:t,line:a===!1?null:o,news:Fe.has(i)}),m.current??=setTimeout(()=>{m.current=void 0;let e=p.current.splice(0),t=Le(r.current);d(r=>e.reduce((e,r)=>Me(e,r,t,n),r))},Pe)}),E(()=>()=>clearTimeout(m.current),[]),{...(l.load===s.load?l:s).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:o,release:()=>d(e=>Ne(e,n))}}function Le(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var U=20,Re=100;function W({title:e,filter:t,orderBy:n,nothing:r,onChange:a}){let[o,s]=D(U),c=k(null),l=k(null),u=Ie(t,n,o,c),d=[...u.shown,...u.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),f=k(void 0);return E(()=>{u.loaded&&(f.current!==void 0&&f.current!==d&&a?.(),f.current=d)},[d,u.loaded]),x(`section`,{class:`live-list`,ref:l,children:[x(`h2`,{children:e}),x(`div`,{class:`pill`,role:`status`,children:u.waiting.length>0&&x(`button`,{type:`button`,class:`button`,onClick:()=>{u.release(),l.current?.scrollIntoView()},children:[x(g,{name:`arrow_upward`}),L().came(u.waiting.length)]})}),u.failed&&x(_,{again:u.reload}),!u.loaded&&!u.failed&&x(b,{count:6,height:`6rem`}),u.loaded&&u.shown.length===0&&r,x(R,{lines:u.shown,list:c}),u.hasMore&&o<Re&&x(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>s(o+U),children:i().more})]})}var ze=300;function G(e){let[t,n]=D(e);return E(()=>{let t=setTimeout(()=>n(e),ze);return()=>clearTimeout(t)},[e]),t}function K({onChoose:e}){let t=S(),[n,r]=D(``),i=G(n.trim());return x(`div`,{class:`stack`,children:[x(`div`,{class:`field`,children:[x(`label`,{for:t,children:L().findKelurahan}),x(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:L().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),x(`div`,{role:`status`,children:i&&x(Be,{search:i,first:10,...e&&{onChoose:e}})})]})}function Be({search:e,first:t,onChoose:n,quiet:r}){let{data:i,failed:a,reload:o}=y(je,{search:e,first:t});if(a)return x(_,{again:o});let s=i?.kelurahans.edges.map(({node:e})=>e);return s?.length===0?r?null:x(`p`,{class:`muted`,children:L().noKelurahan(e)}):x(`ul`,{class:`kelurahan-list`,children:s?.map(e=>{let t=x(T,{children:[x(g,{name:`location_on`}),x(`span`,{children:[x(`strong`,{children:e.name}),x(`span`,{class:`small muted`,children:L().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return x(`li`,{children:n?x(`button`,{type:`button`,onClick:()=>n(e),children:t}):x(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var Ve=A(`
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
`),He=A(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Ve]),Ue=A(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Ve]),We=A(`
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
`),Ge=A(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[We]),Ke=A(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[We]),qe=A(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),Je=A(`
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
`),q=de({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(e,t)=>`${d(e)} masih terbuka, ${d(t)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:e=>`${d(e)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(e,t)=>`${d(e)} still open, ${d(t)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:e=>`${d(e)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Ye=15e3;function Xe(){let[e,t]=D(!1),[n,r]=D(!1),i=N.value;return x(T,{children:[x(`div`,{class:`area-choice`,role:`group`,"aria-label":q().area,children:[x(`button`,{type:`button`,"aria-pressed":i.kind===`city`,onClick:()=>P({kind:`city`}),children:q().wholeCity}),x(`button`,{type:`button`,"aria-pressed":i.kind===`near`,onClick:async()=>{t(!0);let e=await Ze();t(!1),e&&l(e,{label:q().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[x(g,{name:`my_location`}),e?q().locating:q().nearMe]}),x(`button`,{type:`button`,"aria-pressed":i.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[x(g,{name:`location_on`}),i.kind===`kelurahan`?i.name:q().chooseKelurahan]})]}),n&&x(m,{title:q().chooseKelurahan,onClose:()=>r(!1),children:x(K,{onChoose:({code:e,name:t})=>{P({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Ze(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Ye}):e(null)});if(e===null)return q().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await ue.peek().query(qe,{at:r}).toPromise();if(!i)return q().notLocated;if(!i.locate)return q().notInCity;let{code:a,name:o}=i.locate.kelurahan;P({kind:`near`,at:r,code:a,name:o})}var Qe=6;function $e({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of et([...e,...t],2**(n-Qe))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??nt(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function et(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?tt(o,r):r)}return n}function tt(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function nt({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var J={near:15,kelurahan:14.5,closer:2};function rt({area:e,changes:n}){let{route:i}=t(),[a,o]=D(),[s,c]=D(),l=`${r(p.value)}T00:00:00+07:00`,u=a?it(a):null,d=y(Ge,u),f=y(Ke,u&&{...u,since:l});E(()=>{n!==0&&(d.reload(),f.reload())},[n]);let m=e.kind===`kelurahan`?e.code:null,h=y(Je,m?{code:m}:null).data?.kelurahan;E(()=>{e.kind===`near`?c({at:e.at,zoom:J.near}):e.kind===`kelurahan`&&h?.code===e.code&&c({at:h.centre,zoom:J.kelurahan})},[e,h?.code]);let{marks:g,places:_}=w(()=>$e({open:d.data?.reportClusters??[],done:f.data?.reportClusters??[]},a?.zoom??0,({report:e,count:t})=>e?.title??q().cluster(t)),[d.data,f.data]);return x(pe,{label:q().map,marks:g,focus:s,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=_.get(e);t?.number?i(`/laporan/${t.number}`):t&&a&&c({at:t.at,zoom:a.zoom+J.closer})},onView:o},e.kind===`city`?`city`:`place`)}function it({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var at=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function ot(){return x(`ul`,{class:`legend small`,children:at.map(e=>x(`li`,{children:[x(n,{status:e}),i().statusShort[e]]},e))})}var st=A(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[V]),Y=A(`
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
`),ct=A(`
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
  `,[Y]),lt=A(`
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
  `,[Y]),ut=A(`
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
  `,[Y]),dt=A(`
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
  `,[Y]),ft=A(`
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
  `,[Y]),pt=A(`
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
  `,[Y]),mt=A(`
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
  `,[Y]),ht=A(`
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
  `,[Y]),gt=A(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function _t({search:e}){let n=S(),{route:r}=t(),[i,a]=D(e),o=G(i.trim()),s=k(e);return E(()=>{o!==s.current&&(s.current=o,r(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),E(()=>{e!==s.current&&(s.current=e,a(e))},[e]),x(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[x(`label`,{for:n,class:`visually-hidden`,children:q().search}),x(g,{name:`search`}),x(`input`,{id:n,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:q().search,value:i,onInput:({currentTarget:e})=>a(e.value)})]})}var vt=/^jk[\s.-]*[\d\s.-]{6,}$/i,yt=/[\p{L}\p{N}]/u;function bt({search:e}){return yt.test(e)?x(T,{children:[x(`h2`,{children:q().results(e)}),x(Be,{search:e,first:3,quiet:!0},`k ${e}`),vt.test(e)?x(xt,{number:e}):x(St,{search:e},e)]}):x(X,{})}var X=()=>x(v,{icon:`search`,title:q().nothingFound,children:x(`p`,{children:q().nothingFoundHint})});function xt({number:e}){let{data:t,failed:n,reload:r}=y(st,{number:e});return n?x(_,{again:r}):t?t.report?x(R,{lines:[t.report]}):x(X,{}):x(b,{count:1,height:`6rem`})}function St({search:e}){let{data:t,failed:n,reload:r}=y(H,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(n)return x(_,{again:r});if(!t)return x(b,{count:4,height:`6rem`});let i=t.reports.edges.map(({node:e})=>e);return i.length>0?x(R,{lines:i}):x(X,{})}function Ct({filter:e,onChange:t}){let n=r(p.value),{data:i}=y(He,{filter:e,day:n}),[a,o]=D(),s=k(void 0);f(Ue,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&o({day:n,numbers:r}),s.current!==void 0&&t(),s.current=e.cursor});let c=a?.day===n?a.numbers:i?.reportStatistics.rows[0];return x(`div`,{class:`today`,children:[x(`dl`,{children:[x(Z,{label:q().received,value:c?.received}),x(Z,{label:q().responded,value:c?.responded}),x(Z,{label:q().processed,value:c?.processed})]}),x(`p`,{class:`small muted`,children:c?q().open(c.open,c.overdue):`\xA0`})]})}function Z({label:e,value:t}){return x(`div`,{children:[x(`dt`,{children:e}),x(`dd`,{class:`number`,children:t===void 0?`–`:d(t)},t)]})}var wt=3e3;function Tt(){let{query:e}=t(),n=e.cari?.trim()??``,r=N.value,[i,a]=D(0),o=se(()=>a(e=>e+1),wt),s=w(()=>r.kind===`city`?{}:{kelurahan:[r.code]},[r]);return x(`main`,{id:`content`,class:`page home`,children:[x(`section`,{class:`hero`,children:[x(ne,{title:q().title(r.kind===`city`?q().city:r.name)}),x(Ct,{filter:s,onChange:o},JSON.stringify(s))]}),x(`section`,{class:`seek`,children:[x(_t,{search:n}),x(Xe,{})]}),x(`div`,{class:`where`,children:[x(rt,{area:r,changes:i}),x(ot,{})]}),x(`section`,{class:`what stack`,children:n?x(bt,{search:n}):x(Dt,{area:r},JSON.stringify(r))})]})}var Et=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function Dt({area:e}){let t=w(()=>Et(e),[e]);return x(W,{title:e.kind===`near`?q().happenedNear:q().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:x(v,{icon:`check_circle`,title:q().nothing,children:x(`p`,{children:q().nothingHint})})})}var Ot=C(0),kt=C(0);function At({children:e}){let{path:n}=t();ie(n);let r=n===`/lapor`,i=(O.signedIn.value?Ot.value:0)+kt.value,a=e=>(e===`/`?n===`/`:n===e||n.startsWith(`${e}/`))&&{"aria-current":`page`},o=O.signedIn.value?[`/akun`,`person`,L().account]:[`/masuk`,`person`,L().signIn];return x(T,{children:[x(`header`,{class:`bar citizen-bar`,children:[x(`a`,{class:`brand`,href:`/`,children:[x(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),x(`span`,{class:`live-place`,children:ce.value!==`idle`&&x(c,{})}),x(`nav`,{class:`wide-nav`,"aria-label":L().navigation,children:[x(`a`,{href:`/`,...a(`/`),children:L().home}),x(`a`,{href:`/laporan`,...n===`/laporan`&&{"aria-current":`page`},children:[L().reports,x($,{count:i})]}),x(`a`,{href:`/peringkat`,...a(`/peringkat`),children:L().board}),x(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:L().places}),x(`a`,{class:`button`,href:`/lapor`,children:[x(g,{name:`add_a_photo`}),L().submit]})]}),x(he,{}),x(me,{})]}),e,!r&&x(jt,{}),!r&&x(`nav`,{class:`phone-nav`,"aria-label":L().navigation,children:[x(Q,{href:`/`,icon:`home`,label:L().home,current:n===`/`}),x(Q,{href:`/laporan`,icon:`list_alt`,label:L().reports,current:n===`/laporan`,badge:i}),x(`a`,{class:`phone-submit`,href:`/lapor`,children:[x(`span`,{children:x(g,{name:`add`})}),L().submit]}),x(Q,{href:`/peringkat`,icon:`leaderboard`,label:L().board,current:n.startsWith(`/peringkat`)}),x(Q,{href:o[0],icon:o[1],label:o[2],current:n.startsWith(o[0])})]})]})}function Q({href:e,icon:t,label:n,current:r,badge:i=0}){return x(`a`,{href:e,...r&&{"aria-current":`page`},children:[x(g,{name:t}),n,x($,{count:i})]})}function $({count:e}){return e===0?null:x(`span`,{class:`badge number`,children:[x(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),x(`span`,{class:`visually-hidden`,children:L().unread(e)})]})}function jt(){return x(`footer`,{class:`citizen-foot`,children:[x(`p`,{class:`muted small`,children:L().motto}),x(`nav`,{"aria-label":L().footer,children:[x(`a`,{href:`/kelurahan`,children:L().places}),x(`a`,{href:`/bantuan`,children:L().help}),x(`a`,{href:`/meja`,children:L().staff}),x(`a`,{href:`/ruang-kendali`,children:L().wall}),x(`a`,{href:`/api`,children:L().api})]})]})}var Mt=j(()=>h(()=>import(`./Account-Ca7beV3W.js`),__vite__mapDeps([7,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17]))),Nt=j(()=>h(()=>import(`./BoardPage-ClVgQSl8.js`),__vite__mapDeps([18,3,2,4,5,1,6,19]))),Pt=j(()=>h(()=>import(`./Forgotten-B6kCxQhU.js`),__vite__mapDeps([20,2,1,3,4,5,6,10,9]))),Ft=j(()=>h(()=>import(`./Lapor-BYutA-zS.js`).then(e=>e.Lapor),__vite__mapDeps([21,3,2,4,5,1,6,22,23,14,24,25,10,26,15,11,12,13,16,27,28]))),It=j(()=>h(()=>import(`./MyReports-C5zrVo9-.js`).then(e=>e.MyReports),__vite__mapDeps([29,2,1,3,4,5,6,22,23,14,24,25,13,30,16,11,12,15,17]))),Lt=j(()=>h(()=>import(`./PlacePage-B_v3dD4u.js`),__vite__mapDeps([31,3,2,4,5,1,6,27,32,33,34]))),Rt=j(()=>h(()=>import(`./Places-CfC1S0e1.js`),__vite__mapDeps([35,1,2,3,4,5,6,33,34]))),zt=j(()=>h(()=>import(`./ReportPage-H2fTSgZR.js`),__vite__mapDeps([36,3,2,4,5,1,6,27,37,14,8,38,39,40,41,32,26,25,42,43]))),Bt=j(()=>h(()=>import(`./SignIn-Camu84KW.js`),__vite__mapDeps([44,2,10,1,3,4,5,6,8,45,9]))),Vt=j(()=>h(()=>import(`./SignUp-CX0hQMGO.js`),__vite__mapDeps([46,2,1,3,4,5,6,8,45,10,9])));_e(),oe(),s(()=>x(At,{children:x(`div`,{class:`slot`,children:x(e,{children:[x(o,{path:`/`,component:Tt}),x(o,{path:`/lapor`,component:Ft}),x(o,{path:`/laporan`,component:It}),x(o,{path:`/laporan/:number`,component:zt}),x(o,{path:`/kelurahan`,component:Rt}),x(o,{path:`/kelurahan/:code`,component:Lt}),x(o,{path:`/peringkat`,component:Nt}),x(o,{path:`/masuk`,component:Bt}),x(o,{path:`/daftar`,component:Vt}),x(o,{path:`/sandi`,component:Pt}),x(o,{path:`/akun/:page?`,component:Mt}),x(o,{default:!0,component:te})]})})})),be();export{we as _,gt as a,ve as b,dt as c,lt as d,K as f,Te as g,L as h,ht as i,ct as l,B as m,kt as n,mt as o,W as p,ft as r,ut as s,Ot as t,pt as u,N as v,P as y};