const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-DxKFpmD7.js","assets/SignInForm-XLP3Of15.js","assets/live-C0mGh1t2.js","assets/marks-BMvaz3Zk.js","assets/jsxRuntime-DwnoluyB.js","assets/marks-Dduk0fw7.css","assets/SignInForm-D01g7Q48.css","assets/Account-CYE_PU5k.js","assets/viewer-qCTkCkze.js","assets/Sheet-DK6F3Jgg.js","assets/settings-uj38sWJP.js","assets/push-sr5sWXes.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-FSIvn0DM.js","assets/fragments-D8HA_Ceq.js","assets/PushSwitch-8tjdRaQ-.js","assets/texts-BxIqCjEe.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-HaJZyw5l.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-Tdc-u269.js","assets/Help-UUxR41as.js","assets/Help-BJZFVfze.css","assets/Lapor-BNa8CHFv.js","assets/categories-MZisUg4I.js","assets/documents-Ba_S1TAy.js","assets/outbox-CKp5M5RL.js","assets/upload-CSxUpQ27.js","assets/shrink-BYIsprsK.js","assets/account-DNagTebz.js","assets/map-BTVyr-Ny.js","assets/Lapor-CmMLVrJD.css","assets/MyReports-Dh4e-oU8.js","assets/news-CObtSGDH.js","assets/PlacePage-CXLz3mw2.js","assets/share-DgJUS7IM.js","assets/places-WzHoCUSD.js","assets/places-BD99shW2.css","assets/Places-Drcus3zq.js","assets/ReportPage-CUr-PBKy.js","assets/documents-B5lNTlUl.js","assets/report-4pqWb942.js","assets/report-Dt9x5B8y.css","assets/Photos-QP67rs5v.js","assets/Timeline-eBZ2Ap-D.js","assets/ReportPage-DEJzvztF.css","assets/SignIn-CaGMLGzO.js","assets/onwards-DY5InQwa.js","assets/SignUp-CsiAMUfr.js"])))=>i.map(i=>d[i]);
import{C as e,F as t,I as n,P as r,_ as i,a,b as o,c as s,i as c,o as l,r as u,s as d,v as f}from"./marks-BMvaz3Zk.js";import{A as p,B as m,F as h,G as g,H as _,I as v,K as ee,M as te,N as ne,P as re,R as y,U as ie,V as ae,W as oe,j as b,k as se,z as x}from"./SignInForm-XLP3Of15.js";import{t as S}from"./jsxRuntime-DwnoluyB.js";import{G as C,H as w,J as T,N as ce,U as le,V as E,W as ue,X as D,Z as O,a as k,i as A,n as de}from"./live-C0mGh1t2.js";import{t as fe}from"./fragments-D8HA_Ceq.js";import{t as pe}from"./map-BTVyr-Ny.js";import{n as me,t as he}from"./account-DNagTebz.js";var ge=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function _e(){let[,e,t]=ge.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var ve=()=>history.state?.token,ye=2e3;function be(){setTimeout(()=>{g(async()=>{let{startInBackground:e}=await import(`./background-DxKFpmD7.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},ye)}function j(e){return ee(()=>e().catch(()=>({default:xe})))}function xe(){return S(`main`,{id:`content`,class:`page narrow`,children:S(v,{again:()=>location.reload()})})}var M=`tanggap.kelurahan`,Se={kind:`city`};function Ce(){let{code:e,name:t}=JSON.parse(localStorage.getItem(M)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:Se}var N=E(Ce());function P(e){e.kind===`kelurahan`?localStorage.setItem(M,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(M),N.value=e}var F=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function I(e,t,n,r){if(t===null){let e=F(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=F(e,t),a=F(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function we(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:I(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function Te(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:I(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Ee(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:F(t,r)}:n?{kind:`answered`,took:F(t,n)}:null}var L=ce({navigation:`Menu utama`,home:`Beranda`,reports:`Laporan saya`,submit:`Lapor`,board:`Peringkat`,places:`Kelurahan`,account:`Akun`,signIn:`Masuk`,unread:t=>`${e(t)} kabar baru`,help:`Bantuan`,api:`Untuk pengembang`,staff:`Untuk petugas`,wall:`Ruang kendali`,footer:`Tautan lain`,motto:`Laporan Anda, dijawab dan dikerjakan. Semua orang bisa melihatnya.`,came:t=>`${e(t)} laporan baru`,answeredIn:e=>`Dijawab dalam ${o(Math.max(1,e))}`,fixedIn:e=>`Selesai dalam ${o(Math.max(1,e))}`,overdue:`Terlambat`,share:`Bagikan`,copied:`Tautan disalin.`,copyFailed:`Tautan tidak bisa disalin. Salinlah dari bilah alamat.`,findKelurahan:`Cari kelurahan`,findKelurahanHint:`Misalnya Gambir atau Kebon Jeruk`,noKelurahan:e=>`Tidak ada kelurahan bernama “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`},{navigation:`Main menu`,home:`Home`,reports:`My reports`,submit:`Report`,board:`Ranking`,places:`Kelurahan`,account:`Account`,signIn:`Sign in`,unread:t=>`${e(t)} news`,help:`Help`,api:`For developers`,staff:`For staff`,wall:`Control room`,footer:`More links`,motto:`Your reports, answered and acted on, where everybody can see it.`,came:t=>`${e(t)} new ${t===1?`report`:`reports`}`,answeredIn:e=>`Answered in ${o(Math.max(1,e))}`,fixedIn:e=>`Fixed in ${o(Math.max(1,e))}`,overdue:`Overdue`,share:`Share`,copied:`Link copied.`,copyFailed:`The link could not be copied. Copy it from the address bar.`,findKelurahan:`Find a kelurahan`,findKelurahanHint:`For example Gambir or Kebon Jeruk`,noKelurahan:e=>`There is no kelurahan named “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`});function R({lines:e,list:t}){let n=C(null),r=t??n;return B(r,e.map(({id:e})=>e).join()),S(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>S(`li`,{"data-key":e.id,children:S(De,{line:e})},e.id))})}function De({line:e}){let[t]=e.photos;return S(`a`,{class:`report-line`,href:`/laporan/${e.number}`,children:[S(`span`,{class:`picture`,children:[t?S(`img`,{src:t.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:Oe}):null,S(ae,{icon:e.category.icon,colour:e.category.colour})]}),S(`span`,{class:`about`,children:[S(`strong`,{class:`clip`,children:e.title}),S(`span`,{class:`happened`,children:[S(c,{status:e.status,short:!0}),S(`span`,{class:`small muted clip`,children:S(re,{at:e.processedAt??e.respondedAt??e.submittedAt})})]}),S(`span`,{class:`happened small`,children:[S(`span`,{class:`muted clip`,children:e.kelurahan.name}),S(ke,{line:e})]})]})]})}function Oe({currentTarget:e}){e.hidden=!0}function ke({line:e}){let t=Ee(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?S(`span`,{class:`took`,children:i().resolution[e.resolution]}):e.overdue?S(`span`,{class:`took late`,children:[S(_,{name:`timer`}),L().overdue]}):t?S(`span`,{class:`took`,children:t.kind===`fixed`?L().fixedIn(t.took):L().answeredIn(t.took)}):null}var z={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function B(e,t){let n=C(void 0);le(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t?.size||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],z):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],z)}n.current=r},[t])}var V=k(`
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
  `,[fe]),H=k(`
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
  `,[V]),Ae=k(`
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
  `,[V]),je=k(`
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
`);function Me(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function Ne({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Pe=800,Fe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Ie(e,t,n,r){let{data:i,failed:a,reload:o}=b(H,{filter:e,orderBy:t,first:n}),s={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},c=C(s);c.current=s;let[l,u]=T(s),d=e=>u(t=>{let{load:n,feed:r}=t.load===c.current.load?t:c.current;return{load:n,feed:e(r)}}),f=C([]),m=C(void 0),h=({reportId:e,kind:t,matchesFilter:i,report:a})=>{f.current.push({reportId:e,line:i===!1?null:a,news:Fe.has(t)}),m.current??=setTimeout(()=>{m.current=void 0;let e=f.current.splice(0),t=Le(r.current);d(r=>e.reduce((e,r)=>Me(e,r,t,n),r))},Pe)};return p(Ae,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>h(e),o),w(()=>()=>clearTimeout(m.current),[]),{...(l.load===s.load?l:s).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:o,release:()=>d(e=>Ne(e,n))}}function Le(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var U=20,Re=100;function W({title:e,filter:t,orderBy:n,nothing:r,onChange:a}){let[o,s]=T(U),c=C(null),l=C(null),u=Ie(t,n,o,c),d=[...u.shown,...u.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),f=C(void 0);return w(()=>{u.loaded&&(f.current!==void 0&&f.current!==d&&a?.(),f.current=d)},[d,u.loaded]),S(`section`,{class:`live-list`,ref:l,children:[S(`h2`,{children:e}),S(`div`,{class:`pill`,role:`status`,children:u.waiting.length>0&&S(`button`,{type:`button`,class:`button`,onClick:()=>{u.release(),l.current?.scrollIntoView()},children:[S(_,{name:`arrow_upward`}),L().came(u.waiting.length)]})}),u.failed&&S(v,{again:u.reload}),!u.loaded&&!u.failed&&S(x,{count:6,height:`6rem`}),u.loaded&&u.shown.length===0&&r,S(R,{lines:u.shown,list:c}),u.hasMore&&o<Re&&S(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>s(o+U),children:i().more})]})}var ze=300;function G(e){let[t,n]=T(e);return w(()=>{let t=setTimeout(()=>n(e),ze);return()=>clearTimeout(t)},[e]),t}function K({onChoose:e}){let t=ue(),[n,r]=T(``),i=G(n.trim());return S(`div`,{class:`stack`,children:[S(`div`,{class:`field`,children:[S(`label`,{for:t,children:L().findKelurahan}),S(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:L().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),S(`div`,{role:`status`,children:i&&S(q,{search:i,first:10,...e&&{onChoose:e}})})]})}function q({search:e,first:t,onChoose:n,quiet:r}){let{data:i,failed:a,reload:o}=b(je,{search:e,first:t});if(a)return S(v,{again:o});let s=i?.kelurahans.edges.map(({node:e})=>e);return s?.length===0?r?null:S(`p`,{class:`muted`,children:L().noKelurahan(e)}):S(`ul`,{class:`kelurahan-list`,children:s?.map(e=>{let t=S(O,{children:[S(_,{name:`location_on`}),S(`span`,{children:[S(`strong`,{children:e.name}),S(`span`,{class:`small muted`,children:L().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return S(`li`,{children:n?S(`button`,{type:`button`,onClick:()=>n(e),children:t}):S(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var Be=k(`
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
`),Ve=k(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Be]),He=k(`
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[Be]),Ue=k(`
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
`),We=k(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[Ue]),Ge=k(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[Ue]),Ke=k(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),qe=k(`
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
`),J=ce({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(t,n)=>`${e(t)} masih terbuka, ${e(n)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:t=>`${e(t)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(t,n)=>`${e(t)} still open, ${e(n)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:t=>`${e(t)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),Je=15e3;function Ye(){let[e,t]=T(!1),[n,r]=T(!1),i=N.value;return S(O,{children:[S(`div`,{class:`area-choice`,role:`group`,"aria-label":J().area,children:[S(`button`,{type:`button`,"aria-pressed":i.kind===`city`,onClick:()=>P({kind:`city`}),children:J().wholeCity}),S(`button`,{type:`button`,"aria-pressed":i.kind===`near`,onClick:async()=>{t(!0);let e=await Xe();t(!1),e&&d(e,{label:J().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[S(_,{name:`my_location`}),e?J().locating:J().nearMe]}),S(`button`,{type:`button`,"aria-pressed":i.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[S(_,{name:`location_on`}),i.kind===`kelurahan`?i.name:J().chooseKelurahan]})]}),n&&S(h,{title:J().chooseKelurahan,onClose:()=>r(!1),children:S(K,{onChoose:({code:e,name:t})=>{P({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function Xe(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:Je}):e(null)});if(e===null)return J().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await s.peek().query(Ke,{at:r}).toPromise();if(!i)return J().notLocated;if(!i.locate)return J().notInCity;let{code:a,name:o}=i.locate.kelurahan;P({kind:`near`,at:r,code:a,name:o})}var Ze=6;function Qe({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of $e([...e,...t],2**(n-Ze))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??tt(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function $e(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?et(o,r):r)}return n}function et(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function tt({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var Y={near:15,kelurahan:14.5,closer:2};function nt({area:e,changes:t}){let{route:r}=n(),[i,a]=T(),[o,s]=T(),c=`${f(m.value)}T00:00:00+07:00`,l=i?rt(i):null,u=b(We,l),d=b(Ge,l&&{...l,since:c});w(()=>{t!==0&&(u.reload(),d.reload())},[t]);let p=e.kind===`kelurahan`?e.code:null,h=b(qe,p?{code:p}:null).data?.kelurahan;w(()=>{e.kind===`near`?s({at:e.at,zoom:Y.near}):e.kind===`kelurahan`&&h?.code===e.code&&s({at:h.centre,zoom:Y.kelurahan})},[e,h?.code]);let{marks:g,places:_}=D(()=>Qe({open:u.data?.reportClusters??[],done:d.data?.reportClusters??[]},i?.zoom??0,({report:e,count:t})=>e?.title??J().cluster(t)),[u.data,d.data]);return S(pe,{label:J().map,marks:g,focus:o,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=_.get(e);t?.number?r(`/laporan/${t.number}`):t&&i&&s({at:t.at,zoom:i.zoom+Y.closer})},onView:a},e.kind===`city`?`city`:`place`)}function rt({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var it=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function at(){return S(`ul`,{class:`legend small`,children:it.map(e=>S(`li`,{children:[S(a,{status:e}),i().statusShort[e]]},e))})}var ot=k(`
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,[V]),X=k(`
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
`),st=k(`
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
  `,[X]),ct=k(`
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
  `,[X]),lt=k(`
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
  `,[X]),ut=k(`
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
  `,[X]),dt=k(`
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
  `,[X]),ft=k(`
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
  `,[X]),pt=k(`
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
  `,[X]),mt=k(`
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
  `,[X]),ht=k(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function gt({search:e}){let t=ue(),{route:r}=n(),[i,a]=T(e),o=G(i.trim()),s=C(e);return w(()=>{o!==s.current&&(s.current=o,r(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),w(()=>{e!==s.current&&(s.current=e,a(e))},[e]),S(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[S(`label`,{for:t,class:`visually-hidden`,children:J().search}),S(_,{name:`search`}),S(`input`,{id:t,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:J().search,value:i,onInput:({currentTarget:e})=>a(e.value)})]})}var _t=/^jk[\s.-]*[\d\s.-]{6,}$/i,vt=/[\p{L}\p{N}]/u;function yt({search:e}){return vt.test(e)?S(O,{children:[S(`h2`,{children:J().results(e)}),S(q,{search:e,first:3,quiet:!0},`k ${e}`),_t.test(e)?S(bt,{number:e}):S(xt,{search:e},e)]}):S(Z,{})}var Z=()=>S(y,{icon:`search`,title:J().nothingFound,children:S(`p`,{children:J().nothingFoundHint})});function bt({number:e}){let{data:t,failed:n,reload:r}=b(ot,{number:e});return n?S(v,{again:r}):t?t.report?S(R,{lines:[t.report]}):S(Z,{}):S(x,{count:1,height:`6rem`})}function xt({search:e}){let{data:t,failed:n,reload:r}=b(H,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(n)return S(v,{again:r});if(!t)return S(x,{count:4,height:`6rem`});let i=t.reports.edges.map(({node:e})=>e);return i.length>0?S(R,{lines:i}):S(Z,{})}function St({filter:e,onChange:t}){let n=f(m.value),{data:r}=b(Ve,{filter:e,day:n}),[i,a]=T(),o=C(void 0);p(He,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&a({day:n,numbers:r}),o.current!==void 0&&t(),o.current=e.cursor});let s=i?.day===n?i.numbers:r?.reportStatistics.rows[0];return S(`div`,{class:`today`,children:[S(`dl`,{children:[S(Q,{label:J().received,value:s?.received}),S(Q,{label:J().responded,value:s?.responded}),S(Q,{label:J().processed,value:s?.processed})]}),S(`p`,{class:`small muted`,children:s?J().open(s.open,s.overdue):`\xA0`})]})}function Q({label:t,value:n}){return S(`div`,{children:[S(`dt`,{children:t}),S(`dd`,{class:`number`,children:n===void 0?`–`:e(n)},n)]})}var Ct=3e3;function wt(){let{query:e}=n(),t=e.cari?.trim()??``,r=N.value,[i,a]=T(0),o=se(()=>a(e=>e+1),Ct),s=D(()=>r.kind===`city`?{}:{kelurahan:[r.code]},[r]);return S(`main`,{id:`content`,class:`page home`,children:[S(`section`,{class:`hero`,children:[S(ne,{title:J().title(r.kind===`city`?J().city:r.name)}),S(St,{filter:s,onChange:o},JSON.stringify(s))]}),S(`section`,{class:`seek`,children:[S(gt,{search:t}),S(Ye,{})]}),S(`div`,{class:`where`,children:[S(nt,{area:r,changes:i}),S(at,{})]}),S(`section`,{class:`what stack`,children:t?S(yt,{search:t}):S(Et,{area:r},JSON.stringify(r))})]})}var Tt=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function Et({area:e}){let t=D(()=>Tt(e),[e]);return S(W,{title:e.kind===`near`?J().happenedNear:J().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:S(y,{icon:`check_circle`,title:J().nothing,children:S(`p`,{children:J().nothingHint})})})}var Dt=E(0),Ot=E(void 0),kt=E(0);function At({children:e}){let{path:t}=n();ie(t);let r=t===`/lapor`,i=(A.signedIn.value?Dt.value:0)+kt.value,a=e=>(e===`/`?t===`/`:t===e||t.startsWith(`${e}/`))&&{"aria-current":`page`},o=A.signedIn.value?[`/akun`,`person`,L().account]:[`/masuk`,`person`,L().signIn];return S(O,{children:[S(`header`,{class:`bar citizen-bar`,children:[S(`a`,{class:`brand`,href:`/`,children:[S(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),S(`span`,{class:`live-place`,children:de.value!==`idle`&&S(u,{})}),S(`nav`,{class:`wide-nav`,"aria-label":L().navigation,children:[S(`a`,{href:`/`,...a(`/`),children:L().home}),S(`a`,{href:`/laporan`,...t===`/laporan`&&{"aria-current":`page`},children:[L().reports,S(jt,{count:i})]}),S(`a`,{href:`/peringkat`,...a(`/peringkat`),children:L().board}),S(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:L().places}),S(`a`,{class:`button`,href:`/lapor`,children:[S(_,{name:`add_a_photo`}),L().submit]})]}),S(he,{}),S(me,{})]}),e,!r&&S(Mt,{}),!r&&S(`nav`,{class:`phone-nav`,"aria-label":L().navigation,children:[S($,{href:`/`,icon:`home`,label:L().home,current:t===`/`}),S($,{href:`/laporan`,icon:`list_alt`,label:L().reports,current:t===`/laporan`,badge:i}),S(`a`,{class:`phone-submit`,href:`/lapor`,children:[S(`span`,{children:S(_,{name:`add`})}),L().submit]}),S($,{href:`/peringkat`,icon:`leaderboard`,label:L().board,current:t.startsWith(`/peringkat`)}),S($,{href:o[0],icon:o[1],label:o[2],current:t.startsWith(o[0])})]})]})}function $({href:e,icon:t,label:n,current:r,badge:i=0}){return S(`a`,{href:e,...r&&{"aria-current":`page`},children:[S(_,{name:t}),n,S(jt,{count:i})]})}function jt({count:e}){return e===0?null:S(`span`,{class:`badge number`,children:[S(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),S(`span`,{class:`visually-hidden`,children:L().unread(e)})]})}function Mt(){return S(`footer`,{class:`citizen-foot`,children:[S(`p`,{class:`muted small`,children:L().motto}),S(`nav`,{"aria-label":L().footer,children:[S(`a`,{href:`/kelurahan`,children:L().places}),S(`a`,{href:`/bantuan`,children:L().help}),S(`a`,{href:`/meja`,children:L().staff}),S(`a`,{href:`/ruang-kendali`,children:L().wall}),S(`a`,{href:`/api`,children:L().api})]})]})}var Nt=j(()=>g(()=>import(`./Account-CYE_PU5k.js`),__vite__mapDeps([7,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17]))),Pt=j(()=>g(()=>import(`./BoardPage-HaJZyw5l.js`),__vite__mapDeps([18,3,2,4,5,1,6,19]))),Ft=j(()=>g(()=>import(`./Forgotten-Tdc-u269.js`),__vite__mapDeps([20,2,1,3,4,5,6,10,9]))),It=j(()=>g(()=>import(`./Help-UUxR41as.js`),__vite__mapDeps([21,3,2,4,5,1,6,22]))),Lt=j(()=>g(()=>import(`./Lapor-BNa8CHFv.js`).then(e=>e.Lapor),__vite__mapDeps([23,3,2,4,5,1,6,24,25,14,26,27,10,28,29,8,15,11,12,13,16,30,31]))),Rt=j(()=>g(()=>import(`./MyReports-Dh4e-oU8.js`).then(e=>e.MyReports),__vite__mapDeps([32,2,1,3,4,5,6,24,25,14,26,27,13,33,16,11,12,15,17]))),zt=j(()=>g(()=>import(`./PlacePage-CXLz3mw2.js`),__vite__mapDeps([34,3,2,4,5,1,6,30,35,36,37]))),Bt=j(()=>g(()=>import(`./Places-Drcus3zq.js`),__vite__mapDeps([38,1,2,3,4,5,6,36,37]))),Vt=j(()=>g(()=>import(`./ReportPage-CUr-PBKy.js`),__vite__mapDeps([39,3,2,4,5,1,6,30,40,14,8,41,42,43,44,35,28,27,29,45]))),Ht=j(()=>g(()=>import(`./SignIn-CaGMLGzO.js`),__vite__mapDeps([46,2,10,1,3,4,5,6,8,47,9]))),Ut=j(()=>g(()=>import(`./SignUp-CsiAMUfr.js`),__vite__mapDeps([48,2,1,3,4,5,6,8,47,10,9])));_e(),oe(),l(()=>S(At,{children:S(`div`,{class:`slot`,children:S(t,{children:[S(r,{path:`/`,component:wt}),S(r,{path:`/lapor`,component:Lt}),S(r,{path:`/laporan`,component:Rt}),S(r,{path:`/laporan/:number`,component:Vt}),S(r,{path:`/kelurahan`,component:Bt}),S(r,{path:`/kelurahan/:code`,component:zt}),S(r,{path:`/peringkat`,component:Pt}),S(r,{path:`/masuk`,component:Ht}),S(r,{path:`/daftar`,component:Ut}),S(r,{path:`/sandi`,component:Ft}),S(r,{path:`/akun/:page?`,component:Nt}),S(r,{path:`/bantuan`,component:It}),S(r,{default:!0,component:te})]})})})),be();export{Te as _,mt as a,P as b,lt as c,ft as d,ct as f,L as g,B as h,dt as i,ut as l,W as m,Dt as n,ht as o,K as p,kt as r,pt as s,Ot as t,st as u,we as v,ve as x,N as y};