const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-DBYRH7eY.js","assets/SignInForm-Cx8s2ng7.js","assets/live-C0mGh1t2.js","assets/marks-BMvaz3Zk.js","assets/jsxRuntime-DwnoluyB.js","assets/marks-Dduk0fw7.css","assets/SignInForm-D01g7Q48.css","assets/Account-C14Q5s3w.js","assets/viewer-B7VSuRjM.js","assets/Sheet-DM1M5xNt.js","assets/settings-uj38sWJP.js","assets/push-CIVOsdP5.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-FSIvn0DM.js","assets/fragments-D8HA_Ceq.js","assets/PushSwitch-DDR8n_qY.js","assets/texts-BxIqCjEe.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-B7MIBnQe.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-BloAQW61.js","assets/Help-C_J1pgUx.js","assets/Help-BJZFVfze.css","assets/Lapor-DcG0M_Mf.js","assets/categories-MZisUg4I.js","assets/documents-Ba_S1TAy.js","assets/outbox-CSL1bXi4.js","assets/upload-CSxUpQ27.js","assets/shrink-BYIsprsK.js","assets/account-BzEPN9-i.js","assets/map-CEVPrWcU.js","assets/Lapor-CmMLVrJD.css","assets/MyReports-CCiTgO5S.js","assets/news-Cs6YyKku.js","assets/PlacePage-Co-v0kGj.js","assets/share-CEUxmAI9.js","assets/places-WzHoCUSD.js","assets/places-BD99shW2.css","assets/Places-DDjG8DWo.js","assets/ReportPage-HImP5h6T.js","assets/documents-B5lNTlUl.js","assets/report-4pqWb942.js","assets/report-Dt9x5B8y.css","assets/Photos-CqT7g6eO.js","assets/Timeline-DIMI3h6D.js","assets/ReportPage-DEJzvztF.css","assets/SignIn-DztnmFLo.js","assets/onwards-DQokfwOO.js","assets/SignUp-gQGHVDzy.js"])))=>i.map(i=>d[i]);
import{C as e,F as t,I as n,P as r,_ as i,a,b as o,c as s,i as c,o as l,r as u,s as d,v as f}from"./marks-BMvaz3Zk.js";import{A as p,B as m,F as h,G as g,H as ee,I as te,K as _,L as v,M as ne,N as re,P as y,U as b,V as ie,W as ae,j as x,k as oe,z as S}from"./SignInForm-Cx8s2ng7.js";import{G as C,H as w,J as T,N as E,U as se,V as D,W as O,X as k,Z as A,a as j,i as ce,n as le}from"./live-C0mGh1t2.js";import{t as M}from"./jsxRuntime-DwnoluyB.js";import{t as ue}from"./fragments-D8HA_Ceq.js";import{t as de}from"./map-CEVPrWcU.js";import{n as fe,t as pe}from"./account-BzEPN9-i.js";var me=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function he(){let[,e,t]=me.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var ge=()=>history.state?.token,_e=2e3;function ve(){setTimeout(()=>{_(async()=>{let{startInBackground:e}=await import(`./background-DBYRH7eY.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},_e)}var N=`tanggap.kelurahan`,ye={kind:`city`};function be(){let{code:e,name:t}=JSON.parse(localStorage.getItem(N)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:ye}var P=D(be());function F(e){e.kind===`kelurahan`?localStorage.setItem(N,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(N),P.value=e}var I=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function xe(e,t,n,r){if(t===null){let e=I(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=I(e,t),a=I(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function Se(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:xe(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function Ce(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:xe(e.submittedAt,e.processedAt,e.processingDueAt,t)}function we(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:I(t,r)}:n?{kind:`answered`,took:I(t,n)}:null}var L=E({navigation:`Menu utama`,home:`Beranda`,reports:`Laporan saya`,submit:`Lapor`,board:`Peringkat`,places:`Kelurahan`,account:`Akun`,signIn:`Masuk`,unread:t=>`${e(t)} kabar baru`,help:`Bantuan`,api:`Untuk pengembang`,staff:`Untuk petugas`,wall:`Ruang kendali`,footer:`Tautan lain`,motto:`Laporan Anda, dijawab dan dikerjakan. Semua orang bisa melihatnya.`,came:t=>`${e(t)} laporan baru`,answeredIn:e=>`Dijawab dalam ${o(Math.max(1,e))}`,fixedIn:e=>`Selesai dalam ${o(Math.max(1,e))}`,overdue:`Terlambat`,share:`Bagikan`,copied:`Tautan disalin.`,copyFailed:`Tautan tidak bisa disalin. Salinlah dari bilah alamat.`,findKelurahan:`Cari kelurahan`,findKelurahanHint:`Misalnya Gambir atau Kebon Jeruk`,noKelurahan:e=>`Tidak ada kelurahan bernama “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`},{navigation:`Main menu`,home:`Home`,reports:`My reports`,submit:`Report`,board:`Ranking`,places:`Kelurahan`,account:`Account`,signIn:`Sign in`,unread:t=>`${e(t)} news`,help:`Help`,api:`For developers`,staff:`For staff`,wall:`Control room`,footer:`More links`,motto:`Your reports, answered and acted on, where everybody can see it.`,came:t=>`${e(t)} new ${t===1?`report`:`reports`}`,answeredIn:e=>`Answered in ${o(Math.max(1,e))}`,fixedIn:e=>`Fixed in ${o(Math.max(1,e))}`,overdue:`Overdue`,share:`Share`,copied:`Link copied.`,copyFailed:`The link could not be copied. Copy it from the address bar.`,findKelurahan:`Find a kelurahan`,findKelurahanHint:`For example Gambir or Kebon Jeruk`,noKelurahan:e=>`There is no kelurahan named “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`});function R({lines:e,list:t}){let n=C(null),r=t??n;return ke(r,e.map(({id:e})=>e).join()),M(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>M(`li`,{"data-key":e.id,children:M(Te,{line:e})},e.id))})}function Te({line:e}){let[t]=e.photos;return M(`a`,{class:`report-line`,href:`/laporan/${e.number}`,children:[M(`span`,{class:`picture`,children:[t?M(`img`,{src:t.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:Ee}):null,M(ee,{icon:e.category.icon,colour:e.category.colour})]}),M(`span`,{class:`about`,children:[M(`strong`,{class:`clip`,children:e.title}),M(`span`,{class:`happened`,children:[M(c,{status:e.status,short:!0}),M(`span`,{class:`small muted clip`,children:M(h,{at:e.processedAt??e.respondedAt??e.submittedAt})})]}),M(`span`,{class:`happened small`,children:[M(`span`,{class:`muted clip`,children:e.kelurahan.name}),M(De,{line:e})]})]})]})}function Ee({currentTarget:e}){e.hidden=!0}function De({line:e}){let t=we(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?M(`span`,{class:`took`,children:i().resolution[e.resolution]}):e.overdue?M(`span`,{class:`took late`,children:[M(b,{name:`timer`}),L().overdue]}):t?M(`span`,{class:`took`,children:t.kind===`fixed`?L().fixedIn(t.took):L().answeredIn(t.took)}):null}var Oe={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function ke(e,t){let n=C(void 0);se(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t?.size||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],Oe):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],Oe)}n.current=r},[t])}var z=j(`
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
  `,[ue]),B=j(`
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
  `,[z]),Ae=j(`
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
  `,[z]),je=j(`
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
`);function Me(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Ne({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Pe=800,Fe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Ie(e,t,n,r){let{data:i,failed:a,reload:o}=x(B,{filter:e,orderBy:t,first:n}),s={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},c=C(s);c.current=s;let[l,u]=T(s),d=e=>u(t=>{let{load:n,feed:r}=t.load===c.current.load?t:c.current;return{load:n,feed:e(r)}}),f=C([]),m=C(void 0),h=({reportId:e,kind:t,matchesFilter:i,report:a})=>{f.current.push({reportId:e,line:i===!1?null:a,news:Fe.has(t)}),m.current??=setTimeout(()=>{m.current=void 0;let e=f.current.splice(0),t=Le(r.current);d(r=>e.reduce((e,r)=>Me(e,r,t,n),r))},Pe)};return p(Ae,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>h(e),o),w(()=>()=>clearTimeout(m.current),[]),{...(l.load===s.load?l:s).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:o,release:()=>d(e=>Ne(e,n))}}function Le(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var V=20,Re=100;function H({title:e,filter:t,orderBy:n,nothing:r,onChange:a}){let[o,s]=T(V),c=C(null),l=C(null),u=Ie(t,n,o,c),d=[...u.shown,...u.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),f=C(void 0);return w(()=>{u.loaded&&(f.current!==void 0&&f.current!==d&&a?.(),f.current=d)},[d,u.loaded]),M(`section`,{class:`live-list`,ref:l,children:[M(`h2`,{children:e}),M(`div`,{class:`pill`,role:`status`,children:u.waiting.length>0&&M(`button`,{type:`button`,class:`button`,onClick:()=>{u.release(),l.current?.scrollIntoView()},children:[M(b,{name:`arrow_upward`}),L().came(u.waiting.length)]})}),u.failed&&M(v,{again:u.reload}),!u.loaded&&!u.failed&&M(m,{count:6,height:`6rem`}),u.loaded&&u.shown.length===0&&r,M(R,{lines:u.shown,list:c}),u.hasMore&&o<Re&&M(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>s(o+V),children:i().more})]})}var ze=300;function U(e){let[t,n]=T(e);return w(()=>{let t=setTimeout(()=>n(e),ze);return()=>clearTimeout(t)},[e]),t}function W({onChoose:e}){let t=O(),[n,r]=T(``),i=U(n.trim());return M(`div`,{class:`stack`,children:[M(`div`,{class:`field`,children:[M(`label`,{for:t,children:L().findKelurahan}),M(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:L().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),M(`div`,{role:`status`,children:i&&M(G,{search:i,first:10,...e&&{onChoose:e}})})]})}function G({search:e,first:t,onChoose:n,quiet:r}){let{data:i,failed:a,reload:o}=x(je,{search:e,first:t});if(a)return M(v,{again:o});let s=i?.kelurahans.edges.map(({node:e})=>e);return s?.length===0?r?null:M(`p`,{class:`muted`,children:L().noKelurahan(e)}):M(`ul`,{class:`kelurahan-list`,children:s?.map(e=>{let t=M(A,{children:[M(b,{name:`location_on`}),M(`span`,{children:[M(`strong`,{children:e.name}),M(`span`,{class:`small muted`,children:L().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return M(`li`,{children:n?M(`button`,{type:`button`,onClick:()=>n(e),children:t}):M(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var K=j(`
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
`),Be=j(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[K]),Ve=j(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[K]),q=j(`
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
`),He=j(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[q]),Ue=j(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[q]),We=j(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),Ge=j(`
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
`),J=E({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(t,n)=>`${e(t)} masih terbuka, ${e(n)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:t=>`${e(t)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(t,n)=>`${e(t)} still open, ${e(n)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:t=>`${e(t)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Ke=15e3;function qe(){let[e,t]=T(!1),[n,r]=T(!1),i=P.value;return M(A,{children:[M(`div`,{class:`area-choice`,role:`group`,"aria-label":J().area,children:[M(`button`,{type:`button`,"aria-pressed":i.kind===`city`,onClick:()=>F({kind:`city`}),children:J().wholeCity}),M(`button`,{type:`button`,"aria-pressed":i.kind===`near`,onClick:async()=>{t(!0);let e=await Je();t(!1),e&&d(e,{label:J().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[M(b,{name:`my_location`}),e?J().locating:J().nearMe]}),M(`button`,{type:`button`,"aria-pressed":i.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[M(b,{name:`location_on`}),i.kind===`kelurahan`?i.name:J().chooseKelurahan]})]}),n&&M(te,{title:J().chooseKelurahan,onClose:()=>r(!1),children:M(W,{onChoose:({code:e,name:t})=>{F({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Je(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Ke}):e(null)});if(e===null)return J().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await s.peek().query(We,{at:r}).toPromise();if(!i)return J().notLocated;if(!i.locate)return J().notInCity;let{code:a,name:o}=i.locate.kelurahan;F({kind:`near`,at:r,code:a,name:o})}var Ye=6;function Xe({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of Ze([...e,...t],2**(n-Ye))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??$e(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function Ze(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?Qe(o,r):r)}return n}function Qe(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function $e({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var Y={near:15,kelurahan:14.5,closer:2};function et({area:e,changes:t}){let{route:r}=n(),[i,a]=T(),[o,s]=T(),c=`${f(ie.value)}T00:00:00+07:00`,l=i?tt(i):null,u=x(He,l),d=x(Ue,l&&{...l,since:c});w(()=>{t!==0&&(u.reload(),d.reload())},[t]);let p=e.kind===`kelurahan`?e.code:null,m=x(Ge,p?{code:p}:null).data?.kelurahan;w(()=>{e.kind===`near`?s({at:e.at,zoom:Y.near}):e.kind===`kelurahan`&&m?.code===e.code&&s({at:m.centre,zoom:Y.kelurahan})},[e,m?.code]);let{marks:h,places:g}=k(()=>Xe({open:u.data?.reportClusters??[],done:d.data?.reportClusters??[]},i?.zoom??0,({report:e,count:t})=>e?.title??J().cluster(t)),[u.data,d.data]);return M(de,{label:J().map,marks:h,focus:o,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=g.get(e);t?.number?r(`/laporan/${t.number}`):t&&i&&s({at:t.at,zoom:i.zoom+Y.closer})},onView:a},e.kind===`city`?`city`:`place`)}function tt({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var nt=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function rt(){return M(`ul`,{class:`legend small`,children:nt.map(e=>M(`li`,{children:[M(a,{status:e}),i().statusShort[e]]},e))})}var it=j(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[z]),X=j(`
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
`),at=j(`
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
  `,[X]),ot=j(`
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
  `,[X]),st=j(`
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
  `,[X]),ct=j(`
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
  `,[X]),lt=j(`
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
  `,[X]),ut=j(`
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
  `,[X]),dt=j(`
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
  `,[X]),ft=j(`
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
  `,[X]),pt=j(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function mt({search:e}){let t=O(),{route:r}=n(),[i,a]=T(e),o=U(i.trim()),s=C(e);return w(()=>{o!==s.current&&(s.current=o,r(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),w(()=>{e!==s.current&&(s.current=e,a(e))},[e]),M(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[M(`label`,{for:t,class:`visually-hidden`,children:J().search}),M(b,{name:`search`}),M(`input`,{id:t,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:J().search,value:i,onInput:({currentTarget:e})=>a(e.value)})]})}var ht=/^jk[\s.-]*[\d\s.-]{6,}$/i,gt=/[\p{L}\p{N}]/u;function _t({search:e}){return gt.test(e)?M(A,{children:[M(`h2`,{children:J().results(e)}),M(G,{search:e,first:3,quiet:!0},`k ${e}`),ht.test(e)?M(vt,{number:e}):M(yt,{search:e},e)]}):M(Z,{})}var Z=()=>M(S,{icon:`search`,title:J().nothingFound,children:M(`p`,{children:J().nothingFoundHint})});function vt({number:e}){let{data:t,failed:n,reload:r}=x(it,{number:e});return n?M(v,{again:r}):t?t.report?M(R,{lines:[t.report]}):M(Z,{}):M(m,{count:1,height:`6rem`})}function yt({search:e}){let{data:t,failed:n,reload:r}=x(B,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(n)return M(v,{again:r});if(!t)return M(m,{count:4,height:`6rem`});let i=t.reports.edges.map(({node:e})=>e);return i.length>0?M(R,{lines:i}):M(Z,{})}function bt({filter:e,onChange:t}){let n=f(ie.value),{data:r}=x(Be,{filter:e,day:n}),[i,a]=T(),o=C(void 0);p(Ve,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&a({day:n,numbers:r}),o.current!==void 0&&t(),o.current=e.cursor});let s=i?.day===n?i.numbers:r?.reportStatistics.rows[0];return M(`div`,{class:`today`,children:[M(`dl`,{children:[M(Q,{label:J().received,value:s?.received}),M(Q,{label:J().responded,value:s?.responded}),M(Q,{label:J().processed,value:s?.processed})]}),M(`p`,{class:`small muted`,children:s?J().open(s.open,s.overdue):`\xA0`})]})}function Q({label:t,value:n}){return M(`div`,{children:[M(`dt`,{children:t}),M(`dd`,{class:`number`,children:n===void 0?`–`:e(n)},n)]})}var xt=3e3;function St(){let{query:e}=n(),t=e.cari?.trim()??``,r=P.value,[i,a]=T(0),o=oe(()=>a(e=>e+1),xt),s=k(()=>r.kind===`city`?{}:{kelurahan:[r.code]},[r]);return M(`main`,{id:`content`,class:`page home`,children:[M(`section`,{class:`hero`,children:[M(re,{title:J().title(r.kind===`city`?J().city:r.name)}),M(bt,{filter:s,onChange:o},JSON.stringify(s))]}),M(`section`,{class:`seek`,children:[M(mt,{search:t}),M(qe,{})]}),M(`div`,{class:`where`,children:[M(et,{area:r,changes:i}),M(rt,{})]}),M(`section`,{class:`what stack`,children:t?M(_t,{search:t}):M(wt,{area:r},JSON.stringify(r))})]})}var Ct=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function wt({area:e}){let t=k(()=>Ct(e),[e]);return M(H,{title:e.kind===`near`?J().happenedNear:J().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:M(S,{icon:`check_circle`,title:J().nothing,children:M(`p`,{children:J().nothingHint})})})}var Tt=D(0),Et=D(void 0),Dt=D(0);function Ot({children:e}){let{path:t}=n();ae(t);let r=t===`/lapor`,i=(ce.signedIn.value?Tt.value:0)+Dt.value,a=e=>(e===`/`?t===`/`:t===e||t.startsWith(`${e}/`))&&{"aria-current":`page`},o=ce.signedIn.value?[`/akun`,`person`,L().account]:[`/masuk`,`person`,L().signIn];return M(A,{children:[M(`header`,{class:`bar citizen-bar`,children:[M(`a`,{class:`brand`,href:`/`,children:[M(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),M(`span`,{class:`live-place`,children:le.value!==`idle`&&M(u,{})}),M(`nav`,{class:`wide-nav`,"aria-label":L().navigation,children:[M(`a`,{href:`/`,...a(`/`),children:L().home}),M(`a`,{href:`/laporan`,...t===`/laporan`&&{"aria-current":`page`},children:[L().reports,M(kt,{count:i})]}),M(`a`,{href:`/peringkat`,...a(`/peringkat`),children:L().board}),M(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:L().places}),M(`a`,{class:`button`,href:`/lapor`,children:[M(b,{name:`add_a_photo`}),L().submit]})]}),M(pe,{}),M(fe,{})]}),e,!r&&M(At,{}),!r&&M(`nav`,{class:`phone-nav`,"aria-label":L().navigation,children:[M($,{href:`/`,icon:`home`,label:L().home,current:t===`/`}),M($,{href:`/laporan`,icon:`list_alt`,label:L().reports,current:t===`/laporan`,badge:i}),M(`a`,{class:`phone-submit`,href:`/lapor`,children:[M(`span`,{children:M(b,{name:`add`})}),L().submit]}),M($,{href:`/peringkat`,icon:`leaderboard`,label:L().board,current:t.startsWith(`/peringkat`)}),M($,{href:o[0],icon:o[1],label:o[2],current:t.startsWith(o[0])})]})]})}function $({href:e,icon:t,label:n,current:r,badge:i=0}){return M(`a`,{href:e,...r&&{"aria-current":`page`},children:[M(b,{name:t}),n,M(kt,{count:i})]})}function kt({count:e}){return e===0?null:M(`span`,{class:`badge number`,children:[M(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),M(`span`,{class:`visually-hidden`,children:L().unread(e)})]})}function At(){return M(`footer`,{class:`citizen-foot`,children:[M(`p`,{class:`muted small`,children:L().motto}),M(`nav`,{"aria-label":L().footer,children:[M(`a`,{href:`/kelurahan`,children:L().places}),M(`a`,{href:`/bantuan`,children:L().help}),M(`a`,{href:`/meja`,children:L().staff}),M(`a`,{href:`/ruang-kendali`,children:L().wall}),M(`a`,{href:`/api`,children:L().api})]})]})}var jt=y(()=>_(()=>import(`./Account-C14Q5s3w.js`),__vite__mapDeps([7,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17]))),Mt=y(()=>_(()=>import(`./BoardPage-B7MIBnQe.js`),__vite__mapDeps([18,3,2,4,5,1,6,19]))),Nt=y(()=>_(()=>import(`./Forgotten-BloAQW61.js`),__vite__mapDeps([20,2,1,3,4,5,6,10,9]))),Pt=y(()=>_(()=>import(`./Help-C_J1pgUx.js`),__vite__mapDeps([21,3,2,4,5,1,6,22]))),Ft=y(()=>_(()=>import(`./Lapor-DcG0M_Mf.js`).then(e=>e.Lapor),__vite__mapDeps([23,3,2,4,5,1,6,24,25,14,26,27,10,28,29,8,15,11,12,13,16,30,31]))),It=y(()=>_(()=>import(`./MyReports-CCiTgO5S.js`).then(e=>e.MyReports),__vite__mapDeps([32,2,1,3,4,5,6,24,25,14,26,27,13,33,16,11,12,15,17]))),Lt=y(()=>_(()=>import(`./PlacePage-Co-v0kGj.js`),__vite__mapDeps([34,3,2,4,5,1,6,30,35,36,37]))),Rt=y(()=>_(()=>import(`./Places-DDjG8DWo.js`),__vite__mapDeps([38,1,2,3,4,5,6,36,37]))),zt=y(()=>_(()=>import(`./ReportPage-HImP5h6T.js`),__vite__mapDeps([39,3,2,4,5,1,6,30,40,14,8,41,42,43,44,35,28,27,29,45]))),Bt=y(()=>_(()=>import(`./SignIn-DztnmFLo.js`),__vite__mapDeps([46,2,10,1,3,4,5,6,8,47,9]))),Vt=y(()=>_(()=>import(`./SignUp-gQGHVDzy.js`),__vite__mapDeps([48,2,1,3,4,5,6,8,47,10,9])));he(),g(),l(()=>M(Ot,{children:M(`div`,{class:`slot`,children:M(t,{children:[M(r,{path:`/`,component:St}),M(r,{path:`/lapor`,component:Ft}),M(r,{path:`/laporan`,component:It}),M(r,{path:`/laporan/:number`,component:zt}),M(r,{path:`/kelurahan`,component:Rt}),M(r,{path:`/kelurahan/:code`,component:Lt}),M(r,{path:`/peringkat`,component:Mt}),M(r,{path:`/masuk`,component:Bt}),M(r,{path:`/daftar`,component:Vt}),M(r,{path:`/sandi`,component:Nt}),M(r,{path:`/akun/:page?`,component:jt}),M(r,{path:`/bantuan`,component:Pt}),M(r,{default:!0,component:ne})]})})})),ve();export{Ce as _,ft as a,F as b,st as c,ut as d,ot as f,L as g,ke as h,lt as i,ct as l,H as m,Tt as n,pt as o,W as p,Dt as r,dt as s,Et as t,at as u,Se as v,ge as x,P as y};