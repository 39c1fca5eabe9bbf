const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-iLVROjWy.js","assets/SignInForm-DduBbMDn.js","assets/live-C0mGh1t2.js","assets/marks-DKGKb0-I.js","assets/jsxRuntime-DwnoluyB.js","assets/marks-D7mwT4Ix.css","assets/SignInForm-D01g7Q48.css","assets/Account-DTdmQfi7.js","assets/viewer-vqJyDXui.js","assets/Sheet-Yn5m0SZV.js","assets/settings-uj38sWJP.js","assets/push-B08O_Yq0.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-FSIvn0DM.js","assets/fragments-D8HA_Ceq.js","assets/PushSwitch-rZ8NwcmU.js","assets/texts-BxIqCjEe.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-ETzIgGJX.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-BigectU2.js","assets/Help-CKy_Gkac.js","assets/Help-BJZFVfze.css","assets/Lapor-sWsCY1mt.js","assets/categories-CpBlNbw8.js","assets/documents-CNT6AAVF.js","assets/outbox-2naE5lNM.js","assets/upload-CSxUpQ27.js","assets/shrink-BYIsprsK.js","assets/map-DZH5F5wJ.js","assets/Lapor-BPNVKFhQ.css","assets/MyReports-fPyxUueT.js","assets/news-DSNo5W0q.js","assets/PlacePage-mQRRov7Q.js","assets/share-DKGwVE0m.js","assets/places-DGOoj97I.js","assets/places-BD99shW2.css","assets/Places-DbSGfSc3.js","assets/ReportPage-BWvG_ptY.js","assets/documents-B5lNTlUl.js","assets/report-4pqWb942.js","assets/report-Dt9x5B8y.css","assets/Photos-WGvkuqOC.js","assets/Timeline-DiZCn72L.js","assets/account-BK1z8hkm.js","assets/ReportPage-DEJzvztF.css","assets/SignIn-B1I2RwFv.js","assets/onwards-BfxEeOQw.js","assets/SignUp-mkFIcMix.js"])))=>i.map(i=>d[i]);
import{C as e,F as t,I as n,P as r,_ as i,a,b as o,c as s,i as c,o as l,r as u,s as d,v as f}from"./marks-DKGKb0-I.js";import{A as p,B as m,F as h,G as g,H as _,I as v,K as ee,M as te,N as ne,P as re,R as y,U as ie,V as ae,W as oe,j as b,k as se,z as x}from"./SignInForm-DduBbMDn.js";import{t as S}from"./jsxRuntime-DwnoluyB.js";import{G as C,H as w,J as T,N as E,U as ce,V as D,W as O,X as k,Z as A,a as j,i as le,n as ue}from"./live-C0mGh1t2.js";import{t as de}from"./fragments-D8HA_Ceq.js";import{t as fe}from"./map-DZH5F5wJ.js";import{n as pe,t as me}from"./account-BK1z8hkm.js";var he=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function ge(){let[,e,t]=he.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var _e=()=>history.state?.token,ve=2e3;function ye(){setTimeout(()=>{g(async()=>{let{startInBackground:e}=await import(`./background-iLVROjWy.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},ve)}function M(e){return ee(()=>e().catch(()=>({default:be})))}function be(){return S(`main`,{id:`content`,class:`page narrow`,children:S(v,{again:()=>location.reload()})})}var N=`tanggap.kelurahan`,xe={kind:`city`};function Se(){let{code:e,name:t}=JSON.parse(localStorage.getItem(N)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:xe}var P=D(Se());function F(e){e.kind===`kelurahan`?localStorage.setItem(N,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(N),P.value=e}var I=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function L(e,t,n,r){if(t===null){let e=I(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=I(e,t),a=I(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function Ce(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:L(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function we(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:L(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Te(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:I(t,r)}:n?{kind:`answered`,took:I(t,n)}:null}var R=E({navigation:`Menu utama`,home:`Beranda`,reports:`Laporan saya`,submit:`Lapor`,board:`Peringkat`,places:`Kelurahan`,account:`Akun`,signIn:`Masuk`,unread:t=>`${e(t)} kabar baru`,help:`Bantuan`,api:`Untuk pengembang`,staff:`Untuk petugas`,wall:`Ruang kendali`,footer:`Tautan lain`,motto:`Laporan Anda, dijawab dan dikerjakan. Semua orang bisa melihatnya.`,came:t=>`${e(t)} laporan baru`,answeredIn:e=>`Dijawab dalam ${o(Math.max(1,e))}`,fixedIn:e=>`Selesai dalam ${o(Math.max(1,e))}`,overdue:`Terlambat`,share:`Bagikan`,copied:`Tautan disalin.`,copyFailed:`Tautan tidak bisa disalin. Salinlah dari bilah alamat.`,findKelurahan:`Cari kelurahan`,findKelurahanHint:`Misalnya Gambir atau Kebon Jeruk`,noKelurahan:e=>`Tidak ada kelurahan bernama “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`},{navigation:`Main menu`,home:`Home`,reports:`My reports`,submit:`Report`,board:`Ranking`,places:`Kelurahan`,account:`Account`,signIn:`Sign in`,unread:t=>`${e(t)} news`,help:`Help`,api:`For developers`,staff:`For staff`,wall:`Control room`,footer:`More links`,motto:`Your reports, answered and acted on, where everybody can see it.`,came:t=>`${e(t)} new ${t===1?`report`:`reports`}`,answeredIn:e=>`Answered in ${o(Math.max(1,e))}`,fixedIn:e=>`Fixed in ${o(Math.max(1,e))}`,overdue:`Overdue`,share:`Share`,copied:`Link copied.`,copyFailed:`The link could not be copied. Copy it from the address bar.`,findKelurahan:`Find a kelurahan`,findKelurahanHint:`For example Gambir or Kebon Jeruk`,noKelurahan:e=>`There is no kelurahan named “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`});function z({lines:e,list:t}){let n=C(null),r=t??n;return V(r,e.map(({id:e})=>e).join()),S(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>S(`li`,{"data-key":e.id,children:S(Ee,{line:e})},e.id))})}function Ee({line:e}){let[t]=e.photos;return S(`a`,{class:`report-line`,href:`/laporan/${e.number}`,children:[S(`span`,{class:`picture`,children:[t?S(`img`,{src:t.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:De}):null,S(ae,{icon:e.category.icon,colour:e.category.colour})]}),S(`span`,{class:`about`,children:[S(`strong`,{class:`clip`,children:e.title}),S(`span`,{class:`happened`,children:[S(c,{status:e.status,short:!0}),S(`span`,{class:`small muted clip`,children:S(re,{at:e.processedAt??e.respondedAt??e.submittedAt})})]}),S(`span`,{class:`happened small`,children:[S(`span`,{class:`muted clip`,children:e.kelurahan.name}),S(Oe,{line:e})]})]})]})}function De({currentTarget:e}){e.hidden=!0}function Oe({line:e}){let t=Te(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?S(`span`,{class:`took`,children:i().resolution[e.resolution]}):e.overdue?S(`span`,{class:`took late`,children:[S(_,{name:`timer`}),R().overdue]}):t?S(`span`,{class:`took`,children:t.kind===`fixed`?R().fixedIn(t.took):R().answeredIn(t.took)}):null}var B={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function V(e,t){let n=C(void 0);ce(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t?.size||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],B):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],B)}n.current=r},[t])}var H=j(`
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
  `,[de]),U=j(`
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
  `,[H]),ke=j(`
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
  `,[H]),Ae=j(`
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
`);function je(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Me({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Ne=800,Pe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Fe(e,t,n,r){let{data:i,failed:a,reload:o}=b(U,{filter:e,orderBy:t,first:n}),s={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},c=C(s);c.current=s;let[l,u]=T(s),d=e=>u(t=>{let{load:n,feed:r}=t.load===c.current.load?t:c.current;return{load:n,feed:e(r)}}),f=C([]),m=C(void 0),h=({reportId:e,kind:t,matchesFilter:i,report:a})=>{f.current.push({reportId:e,line:i===!1?null:a,news:Pe.has(t)}),m.current??=setTimeout(()=>{m.current=void 0;let e=f.current.splice(0),t=Ie(r.current);d(r=>e.reduce((e,r)=>je(e,r,t,n),r))},Ne)};return p(ke,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>h(e),o),w(()=>()=>clearTimeout(m.current),[]),{...(l.load===s.load?l:s).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:o,release:()=>d(e=>Me(e,n))}}function Ie(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var W=20,Le=100;function G({title:e,filter:t,orderBy:n,nothing:r,onChange:a}){let[o,s]=T(W),c=C(null),l=C(null),u=Fe(t,n,o,c),d=[...u.shown,...u.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),f=C(void 0);return w(()=>{u.loaded&&(f.current!==void 0&&f.current!==d&&a?.(),f.current=d)},[d,u.loaded]),S(`section`,{class:`live-list`,ref:l,children:[S(`h2`,{children:e}),S(`div`,{class:`pill`,role:`status`,children:u.waiting.length>0&&S(`button`,{type:`button`,class:`button`,onClick:()=>{u.release(),l.current?.scrollIntoView()},children:[S(_,{name:`arrow_upward`}),R().came(u.waiting.length)]})}),u.failed&&S(v,{again:u.reload}),!u.loaded&&!u.failed&&S(x,{count:6,height:`6rem`}),u.loaded&&u.shown.length===0&&r,S(z,{lines:u.shown,list:c}),u.hasMore&&o<Le&&S(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>s(o+W),children:i().more})]})}var Re=300;function K(e){let[t,n]=T(e);return w(()=>{let t=setTimeout(()=>n(e),Re);return()=>clearTimeout(t)},[e]),t}function ze({onChoose:e}){let t=O(),[n,r]=T(``),i=K(n.trim());return S(`div`,{class:`stack`,children:[S(`div`,{class:`field`,children:[S(`label`,{for:t,children:R().findKelurahan}),S(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:R().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),S(`div`,{role:`status`,children:i&&S(Be,{search:i,first:10,...e&&{onChoose:e}})})]})}function Be({search:e,first:t,onChoose:n,quiet:r}){let{data:i,failed:a,reload:o}=b(Ae,{search:e,first:t});if(a)return S(v,{again:o});let s=i?.kelurahans.edges.map(({node:e})=>e);return s?.length===0?r?null:S(`p`,{class:`muted`,children:R().noKelurahan(e)}):S(`ul`,{class:`kelurahan-list`,children:s?.map(e=>{let t=S(A,{children:[S(_,{name:`location_on`}),S(`span`,{children:[S(`strong`,{children:e.name}),S(`span`,{class:`small muted`,children:R().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return S(`li`,{children:n?S(`button`,{type:`button`,onClick:()=>n(e),children:t}):S(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var Ve=j(`
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
`),He=j(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Ve]),Ue=j(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Ve]),We=j(`
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
`),Ge=j(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[We]),Ke=j(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[We]),qe=j(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),Je=j(`
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
`),q=E({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(t,n)=>`${e(t)} masih terbuka, ${e(n)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:t=>`${e(t)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(t,n)=>`${e(t)} still open, ${e(n)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:t=>`${e(t)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Ye=15e3;function Xe(){let[e,t]=T(!1),[n,r]=T(!1),i=P.value;return S(A,{children:[S(`div`,{class:`area-choice`,role:`group`,"aria-label":q().area,children:[S(`button`,{type:`button`,"aria-pressed":i.kind===`city`,onClick:()=>F({kind:`city`}),children:q().wholeCity}),S(`button`,{type:`button`,"aria-pressed":i.kind===`near`,onClick:async()=>{t(!0);let e=await Ze();t(!1),e&&d(e,{label:q().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[S(_,{name:`my_location`}),e?q().locating:q().nearMe]}),S(`button`,{type:`button`,"aria-pressed":i.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[S(_,{name:`location_on`}),i.kind===`kelurahan`?i.name:q().chooseKelurahan]})]}),n&&S(h,{title:q().chooseKelurahan,onClose:()=>r(!1),children:S(ze,{onChoose:({code:e,name:t})=>{F({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Ze(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Ye}):e(null)});if(e===null)return q().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await s.peek().query(qe,{at:r}).toPromise();if(!i)return q().notLocated;if(!i.locate)return q().notInCity;let{code:a,name:o}=i.locate.kelurahan;F({kind:`near`,at:r,code:a,name:o})}var Qe=6;function $e({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of et([...e,...t],2**(n-Qe))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??nt(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function et(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?tt(o,r):r)}return n}function tt(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function nt({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var J={near:15,kelurahan:14.5,closer:2};function rt({area:e,changes:t}){let{route:r}=n(),[i,a]=T(),[o,s]=T(),c=`${f(m.value)}T00:00:00+07:00`,l=i?it(i):null,u=b(Ge,l),d=b(Ke,l&&{...l,since:c});w(()=>{t!==0&&(u.reload(),d.reload())},[t]);let p=e.kind===`kelurahan`?e.code:null,h=b(Je,p?{code:p}:null).data?.kelurahan;w(()=>{e.kind===`near`?s({at:e.at,zoom:J.near}):e.kind===`kelurahan`&&h?.code===e.code&&s({at:h.centre,zoom:J.kelurahan})},[e,h?.code]);let{marks:g,places:_}=k(()=>$e({open:u.data?.reportClusters??[],done:d.data?.reportClusters??[]},i?.zoom??0,({report:e,count:t})=>e?.title??q().cluster(t)),[u.data,d.data]);return S(fe,{label:q().map,marks:g,focus:o,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=_.get(e);t?.number?r(`/laporan/${t.number}`):t&&i&&s({at:t.at,zoom:i.zoom+J.closer})},onView:a},e.kind===`city`?`city`:`place`)}function it({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var at=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function ot(){return S(`ul`,{class:`legend small`,children:at.map(e=>S(`li`,{children:[S(a,{status:e}),i().statusShort[e]]},e))})}var st=j(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[H]),Y=j(`
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
`),ct=j(`
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
  `,[Y]),lt=j(`
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
  `,[Y]),ut=j(`
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
  `,[Y]),dt=j(`
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
  `,[Y]),ft=j(`
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
  `,[Y]),pt=j(`
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
  `,[Y]),mt=j(`
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
  `,[Y]),ht=j(`
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
  `,[Y]),gt=j(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function _t({search:e}){let t=O(),{route:r}=n(),[i,a]=T(e),o=K(i.trim()),s=C(e);return w(()=>{o!==s.current&&(s.current=o,r(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),w(()=>{e!==s.current&&(s.current=e,a(e))},[e]),S(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[S(`label`,{for:t,class:`visually-hidden`,children:q().search}),S(_,{name:`search`}),S(`input`,{id:t,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:q().search,value:i,onInput:({currentTarget:e})=>a(e.value)})]})}var vt=/^jk[\s.-]*[\d\s.-]{6,}$/i,yt=/[\p{L}\p{N}]/u;function bt({search:e}){return yt.test(e)?S(A,{children:[S(`h2`,{children:q().results(e)}),S(Be,{search:e,first:3,quiet:!0},`k ${e}`),vt.test(e)?S(xt,{number:e}):S(St,{search:e},e)]}):S(X,{})}var X=()=>S(y,{icon:`search`,title:q().nothingFound,children:S(`p`,{children:q().nothingFoundHint})});function xt({number:e}){let{data:t,failed:n,reload:r}=b(st,{number:e});return n?S(v,{again:r}):t?t.report?S(z,{lines:[t.report]}):S(X,{}):S(x,{count:1,height:`6rem`})}function St({search:e}){let{data:t,failed:n,reload:r}=b(U,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(n)return S(v,{again:r});if(!t)return S(x,{count:4,height:`6rem`});let i=t.reports.edges.map(({node:e})=>e);return i.length>0?S(z,{lines:i}):S(X,{})}function Ct({filter:e,onChange:t}){let n=f(m.value),{data:r}=b(He,{filter:e,day:n}),[i,a]=T(),o=C(void 0);p(Ue,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&a({day:n,numbers:r}),o.current!==void 0&&t(),o.current=e.cursor});let s=i?.day===n?i.numbers:r?.reportStatistics.rows[0];return S(`div`,{class:`today`,children:[S(`dl`,{children:[S(Z,{label:q().received,value:s?.received}),S(Z,{label:q().responded,value:s?.responded}),S(Z,{label:q().processed,value:s?.processed})]}),S(`p`,{class:`small muted`,children:s?q().open(s.open,s.overdue):`\xA0`})]})}function Z({label:t,value:n}){return S(`div`,{children:[S(`dt`,{children:t}),S(`dd`,{class:`number`,children:n===void 0?`–`:e(n)},n)]})}var wt=3e3;function Tt(){let{query:e}=n(),t=e.cari?.trim()??``,r=P.value,[i,a]=T(0),o=se(()=>a(e=>e+1),wt),s=k(()=>r.kind===`city`?{}:{kelurahan:[r.code]},[r]);return S(`main`,{id:`content`,class:`page home`,children:[S(`section`,{class:`hero`,children:[S(ne,{title:q().title(r.kind===`city`?q().city:r.name)}),S(Ct,{filter:s,onChange:o},JSON.stringify(s))]}),S(`section`,{class:`seek`,children:[S(_t,{search:t}),S(Xe,{})]}),S(`div`,{class:`where`,children:[S(rt,{area:r,changes:i}),S(ot,{})]}),S(`section`,{class:`what stack`,children:t?S(bt,{search:t}):S(Dt,{area:r},JSON.stringify(r))})]})}var Et=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function Dt({area:e}){let t=k(()=>Et(e),[e]);return S(G,{title:e.kind===`near`?q().happenedNear:q().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:S(y,{icon:`check_circle`,title:q().nothing,children:S(`p`,{children:q().nothingHint})})})}var Ot=D(0),kt=D(0);function At({children:e}){let{path:t}=n();ie(t);let r=t===`/lapor`,i=(le.signedIn.value?Ot.value:0)+kt.value,a=e=>(e===`/`?t===`/`:t===e||t.startsWith(`${e}/`))&&{"aria-current":`page`},o=le.signedIn.value?[`/akun`,`person`,R().account]:[`/masuk`,`person`,R().signIn];return S(A,{children:[S(`header`,{class:`bar citizen-bar`,children:[S(`a`,{class:`brand`,href:`/`,children:[S(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),S(`span`,{class:`live-place`,children:ue.value!==`idle`&&S(u,{})}),S(`nav`,{class:`wide-nav`,"aria-label":R().navigation,children:[S(`a`,{href:`/`,...a(`/`),children:R().home}),S(`a`,{href:`/laporan`,...t===`/laporan`&&{"aria-current":`page`},children:[R().reports,S($,{count:i})]}),S(`a`,{href:`/peringkat`,...a(`/peringkat`),children:R().board}),S(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:R().places}),S(`a`,{class:`button`,href:`/lapor`,children:[S(_,{name:`add_a_photo`}),R().submit]})]}),S(me,{}),S(pe,{})]}),e,!r&&S(jt,{}),!r&&S(`nav`,{class:`phone-nav`,"aria-label":R().navigation,children:[S(Q,{href:`/`,icon:`home`,label:R().home,current:t===`/`}),S(Q,{href:`/laporan`,icon:`list_alt`,label:R().reports,current:t===`/laporan`,badge:i}),S(`a`,{class:`phone-submit`,href:`/lapor`,children:[S(`span`,{children:S(_,{name:`add`})}),R().submit]}),S(Q,{href:`/peringkat`,icon:`leaderboard`,label:R().board,current:t.startsWith(`/peringkat`)}),S(Q,{href:o[0],icon:o[1],label:o[2],current:t.startsWith(o[0])})]})]})}function Q({href:e,icon:t,label:n,current:r,badge:i=0}){return S(`a`,{href:e,...r&&{"aria-current":`page`},children:[S(_,{name:t}),n,S($,{count:i})]})}function $({count:e}){return e===0?null:S(`span`,{class:`badge number`,children:[S(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),S(`span`,{class:`visually-hidden`,children:R().unread(e)})]})}function jt(){return S(`footer`,{class:`citizen-foot`,children:[S(`p`,{class:`muted small`,children:R().motto}),S(`nav`,{"aria-label":R().footer,children:[S(`a`,{href:`/kelurahan`,children:R().places}),S(`a`,{href:`/bantuan`,children:R().help}),S(`a`,{href:`/meja`,children:R().staff}),S(`a`,{href:`/ruang-kendali`,children:R().wall}),S(`a`,{href:`/api`,children:R().api})]})]})}var Mt=M(()=>g(()=>import(`./Account-DTdmQfi7.js`),__vite__mapDeps([7,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17]))),Nt=M(()=>g(()=>import(`./BoardPage-ETzIgGJX.js`),__vite__mapDeps([18,3,2,4,5,1,6,19]))),Pt=M(()=>g(()=>import(`./Forgotten-BigectU2.js`),__vite__mapDeps([20,2,1,3,4,5,6,10,9]))),Ft=M(()=>g(()=>import(`./Help-CKy_Gkac.js`),__vite__mapDeps([21,3,2,4,5,1,6,22]))),It=M(()=>g(()=>import(`./Lapor-sWsCY1mt.js`).then(e=>e.Lapor),__vite__mapDeps([23,3,2,4,5,1,6,24,25,14,26,27,10,28,15,11,12,13,16,29,30]))),Lt=M(()=>g(()=>import(`./MyReports-fPyxUueT.js`).then(e=>e.MyReports),__vite__mapDeps([31,2,1,3,4,5,6,24,25,14,26,27,13,32,16,11,12,15,17]))),Rt=M(()=>g(()=>import(`./PlacePage-mQRRov7Q.js`),__vite__mapDeps([33,3,2,4,5,1,6,29,34,35,36]))),zt=M(()=>g(()=>import(`./Places-DbSGfSc3.js`),__vite__mapDeps([37,1,2,3,4,5,6,35,36]))),Bt=M(()=>g(()=>import(`./ReportPage-BWvG_ptY.js`),__vite__mapDeps([38,3,2,4,5,1,6,29,39,14,8,40,41,42,43,34,28,27,44,45]))),Vt=M(()=>g(()=>import(`./SignIn-B1I2RwFv.js`),__vite__mapDeps([46,2,10,1,3,4,5,6,8,47,9]))),Ht=M(()=>g(()=>import(`./SignUp-mkFIcMix.js`),__vite__mapDeps([48,2,1,3,4,5,6,8,47,10,9])));ge(),oe(),l(()=>S(At,{children:S(`div`,{class:`slot`,children:S(t,{children:[S(r,{path:`/`,component:Tt}),S(r,{path:`/lapor`,component:It}),S(r,{path:`/laporan`,component:Lt}),S(r,{path:`/laporan/:number`,component:Bt}),S(r,{path:`/kelurahan`,component:zt}),S(r,{path:`/kelurahan/:code`,component:Rt}),S(r,{path:`/peringkat`,component:Nt}),S(r,{path:`/masuk`,component:Vt}),S(r,{path:`/daftar`,component:Ht}),S(r,{path:`/sandi`,component:Pt}),S(r,{path:`/akun/:page?`,component:Mt}),S(r,{path:`/bantuan`,component:Ft}),S(r,{default:!0,component:te})]})})})),ye();export{Ce as _,gt as a,_e as b,dt as c,lt as d,ze as f,we as g,R as h,ht as i,ct as l,V as m,kt as n,mt as o,G as p,ft as r,ut as s,Ot as t,pt as u,P as v,F as y};