const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-WMf8v3EI.js","assets/SignInForm-BTkOw3yW.js","assets/client-BjkT0oUn.js","assets/marks-BuI7dpxx.js","assets/jsxRuntime-CzfMw9uE.js","assets/marks-D7mwT4Ix.css","assets/SignInForm-D01g7Q48.css","assets/Account-Bnha_KCF.js","assets/viewer-D_eLaJM0.js","assets/Sheet-9bN9JE1J.js","assets/settings-uj38sWJP.js","assets/push-iOa16UX3.js","assets/rolldown-runtime-XKyaHtl9.js","assets/documents-DHu4hOPY.js","assets/fragments-Dcj1La42.js","assets/PushSwitch-DZWMHeOt.js","assets/texts-qrrrAAVy.js","assets/mine-DC5Hd8ee.css","assets/BoardPage-B9KjZaB6.js","assets/BoardPage-CwH7jdSE.css","assets/Forgotten-CSp2Ambt.js","assets/Lapor-DQZDQ2C8.js","assets/categories-CRZQkJzQ.js","assets/documents-5dDa_jOX.js","assets/outbox-BS8bHMXu.js","assets/upload-lFYyD6Dd.js","assets/shrink-BYIsprsK.js","assets/map-48-Z1KYQ.js","assets/Lapor-CuyfsIM_.css","assets/MyReports-BIzXr1bo.js","assets/news-Ctr6rns-.js","assets/PlacePage-CHeKjEWT.js","assets/share-D5Syy4ah.js","assets/places-CbO2C6dj.js","assets/places-BMX3IkbZ.css","assets/Places-Dx8HBAAr.js","assets/ReportPage-CqIvngU6.js","assets/documents-CNJ8WNbs.js","assets/report-CIfrldLK.js","assets/report-Dt9x5B8y.css","assets/Photos-Dpd157cj.js","assets/Timeline-Ce82rwyw.js","assets/account-Bm53-P_s.js","assets/ReportPage-fRI-Bvei.css","assets/SignIn-CfUTH_-p.js","assets/onwards-H8_tjEIL.js","assets/SignUp-C9vd6YL6.js"])))=>i.map(i=>d[i]);
import{M as e,N as t,a as n,g as r,h as i,i as a,j as o,o as s,r as c,s as l,v as u,x as d}from"./marks-BuI7dpxx.js";import{A as f,B as p,F as m,H as h,L as g,M as ee,N as te,P as ne,R as _,U as re,V as v,j as y,k as ie,z as ae}from"./SignInForm-BTkOw3yW.js";import{t as b}from"./jsxRuntime-CzfMw9uE.js";import{A as oe,D as x,I as S,L as C,O as w,P as T,a as E,i as se,j as D,k as ce,o as O,t as le,y as ue}from"./client-BjkT0oUn.js";import{t as de}from"./fragments-Dcj1La42.js";import{t as fe}from"./map-48-Z1KYQ.js";import{n as pe,t as me}from"./account-Bm53-P_s.js";var he=/^\/akun\/(confirm|reset|invite)\/([^/]+)$/;function ge(){let[,e,t]=he.exec(location.pathname)??[];t&&history.replaceState({token:t},``,`/akun/${e}${location.search}`)}var _e=()=>history.state?.token,ve=2e3;function ye(){setTimeout(()=>{h(async()=>{let{startInBackground:e}=await import(`./background-WMf8v3EI.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},ve)}var be=3e3,xe=new Map,k=!1,A=``;function Se(e){k||=A!==``&&A!==e,A=e}function Ce(){let e=k;return k=!1,e}function we(){history.scrollRestoration=`manual`;let e=[`wheel`,`touchstart`,`keydown`,`pointerdown`],t=()=>{};addEventListener(`scroll`,()=>xe.set(location.href,scrollY),{passive:!0}),addEventListener(`popstate`,()=>{t(),t=Te(xe.get(location.href)??0)});for(let n of e)addEventListener(n,()=>{t(),k=!1})}function Te(e){let t=()=>{n.disconnect(),clearTimeout(r)},n=new ResizeObserver(()=>{document.documentElement.scrollHeight<e+innerHeight||(t(),scrollTo(0,e))}),r=setTimeout(t,be);return n.observe(document.body),t}function j(e){return re(()=>e().catch(()=>({default:Ee})))}function Ee(){return b(`main`,{id:`content`,class:`page narrow`,children:b(m,{again:()=>location.reload()})})}function De({title:e,children:t}){let n=D(null);return w(()=>{document.title=e===`Tanggap`?e:`${e} · Tanggap`},[e]),w(()=>{Ce()&&n.current?.focus({preventScroll:!0})},[]),b(`h1`,{ref:n,tabIndex:-1,class:`page-title`,children:t??e})}var M=`tanggap.kelurahan`,Oe={kind:`city`};function ke(){let{code:e,name:t}=JSON.parse(localStorage.getItem(M)??`{}`);return e&&t?{kind:`kelurahan`,code:e,name:t}:Oe}var N=x(ke());function P(e){e.kind===`kelurahan`?localStorage.setItem(M,JSON.stringify({code:e.code,name:e.name})):localStorage.removeItem(M),N.value=e}var F=(e,t)=>(new Date(t).getTime()-new Date(e).getTime())/6e4;function Ae(e,t,n,r){if(t===null){let e=F(r,n);return e>0?{state:`due`,at:n,left:e}:{state:`overdue`,at:n,late:-e}}let i=F(e,t),a=F(n,t);return a>0?{state:`late`,took:i,late:a}:{state:`kept`,took:i}}function je(e,t){return e.respondedAt===null&&e.status===`PROCESSED`?null:Ae(e.submittedAt,e.respondedAt,e.responseDueAt,t)}function Me(e,t){return e.status===`PROCESSED`&&e.resolution!==`FIXED`?null:Ae(e.submittedAt,e.processedAt,e.processingDueAt,t)}function Ne(e){let{submittedAt:t,respondedAt:n,processedAt:r,resolution:i}=e;return r&&i===`FIXED`?{kind:`fixed`,took:F(t,r)}:n?{kind:`answered`,took:F(t,n)}:null}var I=ue({navigation:`Menu utama`,home:`Beranda`,reports:`Laporan saya`,submit:`Lapor`,board:`Peringkat`,places:`Kelurahan`,account:`Akun`,signIn:`Masuk`,unread:e=>`${d(e)} kabar baru`,help:`Bantuan`,api:`Untuk pengembang`,staff:`Untuk petugas`,wall:`Ruang kendali`,footer:`Tautan lain`,motto:`Laporan Anda, dijawab dan dikerjakan. Semua orang bisa melihatnya.`,came:e=>`${d(e)} laporan baru`,answeredIn:e=>`Dijawab dalam ${u(Math.max(1,e))}`,fixedIn:e=>`Selesai dalam ${u(Math.max(1,e))}`,overdue:`Terlambat`,share:`Bagikan`,copied:`Tautan disalin.`,copyFailed:`Tautan tidak bisa disalin. Salinlah dari bilah alamat.`,findKelurahan:`Cari kelurahan`,findKelurahanHint:`Misalnya Gambir atau Kebon Jeruk`,noKelurahan:e=>`Tidak ada kelurahan bernama “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`},{navigation:`Main menu`,home:`Home`,reports:`My reports`,submit:`Report`,board:`Ranking`,places:`Kelurahan`,account:`Account`,signIn:`Sign in`,unread:e=>`${d(e)} news`,help:`Help`,api:`For developers`,staff:`For staff`,wall:`Control room`,footer:`More links`,motto:`Your reports, answered and acted on, where everybody can see it.`,came:e=>`${d(e)} new ${e===1?`report`:`reports`}`,answeredIn:e=>`Answered in ${u(Math.max(1,e))}`,fixedIn:e=>`Fixed in ${u(Math.max(1,e))}`,overdue:`Overdue`,share:`Share`,copied:`Link copied.`,copyFailed:`The link could not be copied. Copy it from the address bar.`,findKelurahan:`Find a kelurahan`,findKelurahanHint:`For example Gambir or Kebon Jeruk`,noKelurahan:e=>`There is no kelurahan named “${e}”.`,inKecamatan:(e,t)=>`Kec. ${e}, ${t}`});function L({lines:e,list:t}){let n=D(null),r=t??n;return Re(r,e.map(({id:e})=>e).join()),b(`ul`,{class:`report-lines`,ref:r,children:e.map(e=>b(`li`,{"data-key":e.id,children:b(Pe,{line:e})},e.id))})}function Pe({line:e}){let[t]=e.photos;return b(`a`,{class:`report-line`,href:`/laporan/${e.number}`,children:[b(`span`,{class:`picture`,children:[t?b(`img`,{src:t.thumbnailUrl,alt:``,width:56,height:56,loading:`lazy`,onError:Fe}):null,b(p,{icon:e.category.icon,colour:e.category.colour})]}),b(`span`,{class:`about`,children:[b(`strong`,{class:`clip`,children:e.title}),b(`span`,{class:`happened`,children:[b(a,{status:e.status,short:!0}),b(`span`,{class:`small muted clip`,children:b(te,{at:e.processedAt??e.respondedAt??e.submittedAt})})]}),b(`span`,{class:`happened small`,children:[b(`span`,{class:`muted clip`,children:e.kelurahan.name}),b(Ie,{line:e})]})]})]})}function Fe({currentTarget:e}){e.hidden=!0}function Ie({line:e}){let t=Ne(e);return e.status===`PROCESSED`&&e.resolution&&e.resolution!==`FIXED`?b(`span`,{class:`took`,children:i().resolution[e.resolution]}):e.overdue?b(`span`,{class:`took late`,children:[b(v,{name:`timer`}),I().overdue]}):t?b(`span`,{class:`took`,children:t.kind===`fixed`?I().fixedIn(t.took):I().answeredIn(t.took)}):null}var Le={duration:450,easing:`cubic-bezier(0.2, 0, 0, 1)`};function Re(e,t){let n=D(void 0);ce(()=>{let t=n.current,r=new Map,i=matchMedia(`(prefers-reduced-motion: reduce)`).matches;for(let n of e.current?.children??[]){let e=n.dataset.key??``;if(r.set(e,n.offsetTop),!t||i)continue;let a=t.get(e);a===void 0?n.animate([{opacity:0,transform:`translateY(-1rem)`},{}],Le):a!==n.offsetTop&&n.animate([{transform:`translateY(${a-n.offsetTop}px)`},{}],Le)}n.current=r},[t])}var R=O(`
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
  `,[de]),z=O(`
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
  `,[R]),ze=O(`
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
  `,[R]),Be=O(`
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
`);function Ve(e,{reportId:t,line:n,news:r},i,a){let o=[...e.shown,...e.waiting].find(({id:e})=>e===t);if(n&&o&&o.version>n.version)return e;let s=e=>e.filter(({id:e})=>e!==t);return n?e.shown.some(({id:e})=>e===t)&&(i||!r)?{...e,shown:e.shown.map(e=>e.id===t?n:e)}:r?i?{...e,waiting:[n,...s(e.waiting)].slice(0,a)}:{shown:[n,...s(e.shown)].slice(0,a),waiting:s(e.waiting)}:{...e,waiting:e.waiting.map(e=>e.id===t?n:e)}:{shown:s(e.shown),waiting:s(e.waiting)}}function He({shown:e,waiting:t},n){let r=new Set(t.map(({id:e})=>e));return{shown:[...t,...e.filter(({id:e})=>!r.has(e))].slice(0,n),waiting:[]}}var Ue=800,We=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`UNHIDDEN`]);function Ge(e,t,n,r){let{data:i,failed:a,reload:o}=y(z,{filter:e,orderBy:t,first:n}),s={load:`${i?.reports.cursor} ${i?.reports.edges.length}`,feed:{shown:i?.reports.edges.map(({node:e})=>e)??[],waiting:[]}},c=D(s);c.current=s;let[l,u]=T(s),d=e=>u(t=>{let{load:n,feed:r}=t.load===c.current.load?t:c.current;return{load:n,feed:e(r)}}),p=D([]),m=D(void 0);return f(ze,i?{filter:e,after:i.reports.cursor}:null,({reportFeed:e})=>{let{reportId:t,kind:i,matchesFilter:a,report:o}=e;p.current.push({reportId:t,line:a===!1?null:o,news:We.has(i)}),m.current??=setTimeout(()=>{m.current=void 0;let e=p.current.splice(0),t=Ke(r.current);d(r=>e.reduce((e,r)=>Ve(e,r,t,n),r))},Ue)}),w(()=>()=>clearTimeout(m.current),[]),{...(l.load===s.load?l:s).feed,loaded:i!==void 0,failed:a,hasMore:i?.reports.pageInfo.hasNextPage??!1,reload:o,release:()=>d(e=>He(e,n))}}function Ke(e){return e?matchMedia(`(hover: hover)`).matches&&e.matches(`:hover`)||e.matches(`:focus-within`)||e.getBoundingClientRect().top<0:!1}var B=20,qe=100;function V({title:e,filter:t,orderBy:n,nothing:r,onChange:a}){let[o,s]=T(B),c=D(null),l=D(null),u=Ge(t,n,o,c),d=[...u.shown,...u.waiting].map(({id:e,version:t})=>`${e} ${t}`).join(),f=D(void 0);return w(()=>{u.loaded&&(f.current!==void 0&&f.current!==d&&a?.(),f.current=d)},[d,u.loaded]),b(`section`,{class:`live-list`,ref:l,children:[b(`h2`,{children:e}),b(`div`,{class:`pill`,role:`status`,children:u.waiting.length>0&&b(`button`,{type:`button`,class:`button`,onClick:()=>{u.release(),l.current?.scrollIntoView()},children:[b(v,{name:`arrow_upward`}),I().came(u.waiting.length)]})}),u.failed&&b(m,{again:u.reload}),!u.loaded&&!u.failed&&b(_,{count:6,height:`6rem`}),u.loaded&&u.shown.length===0&&r,b(L,{lines:u.shown,list:c}),u.hasMore&&o<qe&&b(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>s(o+B),children:i().more})]})}var Je=300;function H(e){let[t,n]=T(e);return w(()=>{let t=setTimeout(()=>n(e),Je);return()=>clearTimeout(t)},[e]),t}function U({onChoose:e}){let t=oe(),[n,r]=T(``),i=H(n.trim());return b(`div`,{class:`stack`,children:[b(`div`,{class:`field`,children:[b(`label`,{for:t,children:I().findKelurahan}),b(`input`,{id:t,class:`input`,type:`search`,autocomplete:`off`,placeholder:I().findKelurahanHint,value:n,onInput:({currentTarget:e})=>r(e.value)})]}),b(`div`,{role:`status`,children:i&&b(W,{search:i,first:10,...e&&{onChoose:e}})})]})}function W({search:e,first:t,onChoose:n,quiet:r}){let{data:i,failed:a,reload:o}=y(Be,{search:e,first:t});if(a)return b(m,{again:o});let s=i?.kelurahans.edges.map(({node:e})=>e);return s?.length===0?r?null:b(`p`,{class:`muted`,children:I().noKelurahan(e)}):b(`ul`,{class:`kelurahan-list`,children:s?.map(e=>{let t=b(C,{children:[b(v,{name:`location_on`}),b(`span`,{children:[b(`strong`,{children:e.name}),b(`span`,{class:`small muted`,children:I().inKecamatan(e.kecamatan.name,e.city.name)})]})]});return b(`li`,{children:n?b(`button`,{type:`button`,onClick:()=>n(e),children:t}):b(`a`,{href:`/kelurahan/${e.code}`,children:t})},e.id)})})}var G=O(`
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
`),Ye=O(`
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,[G]),Xe=O(`
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
`),Ze=O(`
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,[K]),Qe=O(`
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,[K]),$e=O(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`),et=O(`
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
`),q=ue({city:`Jakarta`,title:e=>`${e} hari ini`,received:`masuk`,responded:`dijawab`,processed:`selesai`,open:(e,t)=>`${d(e)} masih terbuka, ${d(t)} lewat batas waktu`,area:`Wilayah yang ditampilkan`,wholeCity:`Seluruh kota`,nearMe:`Di sekitar saya`,locating:`Mencari lokasi…`,notLocated:`Lokasi Anda tidak dapat ditemukan. Pilih kelurahan saja.`,notInCity:`Anda sedang di luar Jakarta. Pilih kelurahan saja.`,chooseKelurahan:`Kelurahan`,map:`Peta laporan yang terbuka dan yang selesai hari ini`,cluster:e=>`${d(e)} laporan`,happened:`Baru saja terjadi`,happenedNear:`Baru saja terjadi dalam 1 km`,nothing:`Belum ada laporan di sini.`,nothingHint:`Jadilah yang pertama melaporkan masalah di sekitar Anda.`,search:`Cari laporan, nomor, atau kelurahan`,results:e=>`Hasil untuk “${e}”`,nothingFound:`Tidak ada laporan yang cocok.`,nothingFoundHint:`Coba kata lain, atau nomor laporan lengkap.`},{city:`Jakarta`,title:e=>`${e} today`,received:`came in`,responded:`answered`,processed:`done`,open:(e,t)=>`${d(e)} still open, ${d(t)} past their deadline`,area:`Area shown`,wholeCity:`Whole city`,nearMe:`Near me`,locating:`Finding you…`,notLocated:`Your location could not be found. Choose a kelurahan instead.`,notInCity:`You are outside Jakarta. Choose a kelurahan instead.`,chooseKelurahan:`Kelurahan`,map:`Map of reports that are open, or were done today`,cluster:e=>`${d(e)} reports`,happened:`Just happened`,happenedNear:`Just happened within 1 km`,nothing:`There are no reports here yet.`,nothingHint:`Be the first to report a problem near you.`,search:`Find reports, numbers or kelurahan`,results:e=>`Results for “${e}”`,nothingFound:`No report matches.`,nothingFoundHint:`Try other words, or the whole number of a report.`}),tt=15e3;function nt(){let[e,t]=T(!1),[n,r]=T(!1),i=N.value;return b(`div`,{class:`area-choice`,role:`group`,"aria-label":q().area,children:[b(`button`,{type:`button`,"aria-pressed":i.kind===`city`,onClick:()=>P({kind:`city`}),children:q().wholeCity}),b(`button`,{type:`button`,"aria-pressed":i.kind===`near`,onClick:async()=>{t(!0);let e=await rt();t(!1),e&&l(e,{label:q().chooseKelurahan,run:()=>r(!0)})},disabled:e,children:[b(v,{name:`my_location`}),e?q().locating:q().nearMe]}),b(`button`,{type:`button`,"aria-pressed":i.kind===`kelurahan`,"aria-haspopup":`dialog`,onClick:()=>r(!0),children:[b(v,{name:`location_on`}),i.kind===`kelurahan`?i.name:q().chooseKelurahan]}),n&&b(ne,{title:q().chooseKelurahan,onClose:()=>r(!1),children:b(U,{onChoose:({code:e,name:t})=>{P({kind:`kelurahan`,code:e,name:t}),r(!1)}})})]})}async function rt(){let e=await new Promise(e=>{`geolocation`in navigator?navigator.geolocation.getCurrentPosition(e,()=>e(null),{timeout:tt}):e(null)});if(e===null)return q().notLocated;let{latitude:t,longitude:n}=e.coords,r={latitude:Number(t.toFixed(3)),longitude:Number(n.toFixed(3))},{data:i}=await le.peek().query($e,{at:r}).toPromise();if(!i)return q().notLocated;if(!i.locate)return q().notInCity;let{code:a,name:o}=i.locate.kelurahan;P({kind:`near`,at:r,code:a,name:o})}var it=6;function at({open:e,done:t},n,r){let i=new Map,a=new Map;for(let[o,s]of ot([...e,...t],2**(n-it))){let{centre:e,count:t,report:n,waiting:c,inProgress:l,processed:u}=s,d=n?.id??o,f=n?.status??ct(s);i.set(d,{id:d,at:e,status:f,count:t,parts:{waiting:c,inProgress:l,processed:u},label:r(s)}),a.set(d,{number:n?.number,at:e})}return{marks:[...i.values()],places:a}}function ot(e,t){let n=new Map;for(let r of e){let{latitude:e,longitude:i}=r.centre,a=`${Math.floor(e*t)} ${Math.floor(i*t)}`,o=n.get(a),s=o?.report&&o.report.id===r.report?.id;n.set(a,o&&!s?st(o,r):r)}return n}function st(e,t){let n=e.count+t.count,r=r=>(e.centre[r]*e.count+t.centre[r]*t.count)/n;return{...e,centre:{latitude:r(`latitude`),longitude:r(`longitude`)},count:n,waiting:e.waiting+t.waiting,inProgress:e.inProgress+t.inProgress,processed:e.processed+t.processed,report:null}}function ct({waiting:e,inProgress:t,processed:n}){return e>=t&&e>=n?`WAITING`:t>=n?`IN_PROGRESS`:`PROCESSED`}var J={near:15,kelurahan:14.5,closer:2};function lt({area:e,changes:n}){let{route:i}=t(),[a,o]=T(),[s,c]=T(),l=`${r(ae.value)}T00:00:00+07:00`,u=a?ut(a):null,d=y(Ze,u),f=y(Qe,u&&{...u,since:l});w(()=>{n!==0&&(d.reload(),f.reload())},[n]);let p=e.kind===`kelurahan`?e.code:null,m=y(et,p?{code:p}:null).data?.kelurahan;w(()=>{e.kind===`near`?c({at:e.at,zoom:J.near}):e.kind===`kelurahan`&&m?.code===e.code&&c({at:m.centre,zoom:J.kelurahan})},[e,m?.code]);let{marks:h,places:g}=S(()=>at({open:d.data?.reportClusters??[],done:f.data?.reportClusters??[]},a?.zoom??0,({report:e,count:t})=>e?.title??q().cluster(t)),[d.data,f.data]);return b(fe,{label:q().map,marks:h,focus:s,pin:e.kind===`near`?e.at:void 0,outlined:e.kind===`city`?void 0:e.code,onMark:e=>{let t=g.get(e);t?.number?i(`/laporan/${t.number}`):t&&a&&c({at:t.at,zoom:a.zoom+J.closer})},onView:o},e.kind===`city`?`city`:`place`)}function ut({south:e,west:t,north:n,east:r,zoom:i}){let a=e=>Math.floor(e*1e3)/1e3,o=e=>Math.ceil(e*1e3)/1e3;return{within:{south:a(e),west:a(t),north:o(n),east:o(r)},zoom:i}}var dt=[`WAITING`,`IN_PROGRESS`,`PROCESSED`];function ft(){return b(`ul`,{class:`legend small`,children:dt.map(e=>b(`li`,{children:[b(n,{status:e}),i().statusShort[e]]},e))})}var pt=O(`
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
`),mt=O(`
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
  `,[Y]),ht=O(`
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
  `,[Y]),gt=O(`
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
  `,[Y]),_t=O(`
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
  `,[Y]),vt=O(`
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
  `,[Y]),yt=O(`
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
  `,[Y]),bt=O(`
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
  `,[Y]),xt=O(`
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
  `,[Y]),St=O(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);function Ct({search:e}){let n=oe(),{route:r}=t(),[i,a]=T(e),o=H(i.trim()),s=D(e);return w(()=>{o!==s.current&&(s.current=o,r(o?`/?cari=${encodeURIComponent(o)}`:`/`,!0))},[o]),w(()=>{e!==s.current&&(s.current=e,a(e))},[e]),b(`form`,{class:`search`,role:`search`,onSubmit:e=>e.preventDefault(),children:[b(`label`,{for:n,class:`visually-hidden`,children:q().search}),b(v,{name:`search`}),b(`input`,{id:n,type:`search`,class:`input`,autocomplete:`off`,maxLength:200,placeholder:q().search,value:i,onInput:({currentTarget:e})=>a(e.value)})]})}var wt=/^jk[\s.-]*[\d\s.-]{6,}$/i,Tt=/[\p{L}\p{N}]/u;function Et({search:e}){return Tt.test(e)?b(C,{children:[b(`h2`,{children:q().results(e)}),b(W,{search:e,first:3,quiet:!0},`k ${e}`),wt.test(e)?b(Dt,{number:e}):b(Ot,{search:e},e)]}):b(X,{})}var X=()=>b(g,{icon:`search`,title:q().nothingFound,children:b(`p`,{children:q().nothingFoundHint})});function Dt({number:e}){let{data:t,failed:n,reload:r}=y(pt,{number:e});return n?b(m,{again:r}):t?t.report?b(L,{lines:[t.report]}):b(X,{}):b(_,{count:1,height:`6rem`})}function Ot({search:e}){let{data:t,failed:n,reload:r}=y(z,{filter:{text:e},orderBy:`RELEVANCE`,first:20});if(n)return b(m,{again:r});if(!t)return b(_,{count:4,height:`6rem`});let i=t.reports.edges.map(({node:e})=>e);return i.length>0?b(L,{lines:i}):b(X,{})}function kt({filter:e,onChange:t}){let n=r(ae.value),{data:i}=y(Ye,{filter:e,day:n}),[a,o]=T(),s=D(void 0);f(Xe,{filter:e,day:n},({reportStatisticsChanged:e})=>{let[r]=e.rows;r&&o({day:n,numbers:r}),s.current!==void 0&&t(),s.current=e.cursor});let c=a?.day===n?a.numbers:i?.reportStatistics.rows[0];return b(`div`,{class:`today`,children:[b(`dl`,{children:[b(Z,{label:q().received,value:c?.received}),b(Z,{label:q().responded,value:c?.responded}),b(Z,{label:q().processed,value:c?.processed})]}),b(`p`,{class:`small muted`,children:c?q().open(c.open,c.overdue):`\xA0`})]})}function Z({label:e,value:t}){return b(`div`,{children:[b(`dt`,{children:e}),b(`dd`,{class:`number`,children:t===void 0?`–`:d(t)},t)]})}var At=3e3;function jt(){let{query:e}=t(),n=e.cari?.trim()??``,r=N.value,[i,a]=T(0),o=ie(()=>a(e=>e+1),At),s=S(()=>r.kind===`city`?{}:{kelurahan:[r.code]},[r]);return b(`main`,{id:`content`,class:`page home`,children:[b(`section`,{class:`hero`,children:[b(De,{title:q().title(r.kind===`city`?q().city:r.name)}),b(kt,{filter:s,onChange:o},JSON.stringify(s))]}),b(`section`,{class:`seek`,children:[b(Ct,{search:n}),b(nt,{})]}),b(`div`,{class:`where`,children:[b(lt,{area:r,changes:i}),b(ft,{})]}),b(`section`,{class:`what stack`,children:n?b(Et,{search:n}):b(Nt,{area:r},JSON.stringify(r))})]})}var Mt=e=>e.kind===`near`?{near:{at:e.at,radiusMetres:1e3}}:e.kind===`kelurahan`?{kelurahan:[e.code]}:{};function Nt({area:e}){let t=S(()=>Mt(e),[e]);return b(V,{title:e.kind===`near`?q().happenedNear:q().happened,filter:t,orderBy:`RECENTLY_CHANGED`,nothing:b(g,{icon:`check_circle`,title:q().nothing,children:b(`p`,{children:q().nothingHint})})})}var Q=x(0),Pt=x(0);function Ft({children:e}){let{path:n}=t();Se(n);let r=n===`/lapor`,i=(E.signedIn.value?Q.value:0)+Pt.value,a=e=>(e===`/`?n===`/`:n===e||n.startsWith(`${e}/`))&&{"aria-current":`page`},o=E.signedIn.value?[`/akun`,`person`,I().account]:[`/masuk`,`person`,I().signIn];return b(C,{children:[b(`header`,{class:`bar citizen-bar`,children:[b(`a`,{class:`brand`,href:`/`,children:[b(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),`Tanggap`]}),b(`span`,{class:`live-place`,children:se.value!==`idle`&&b(c,{})}),b(`nav`,{class:`wide-nav`,"aria-label":I().navigation,children:[b(`a`,{href:`/`,...a(`/`),children:I().home}),b(`a`,{href:`/laporan`,...n===`/laporan`&&{"aria-current":`page`},children:[I().reports,b(It,{count:i})]}),b(`a`,{href:`/peringkat`,...a(`/peringkat`),children:I().board}),b(`a`,{href:`/kelurahan`,...a(`/kelurahan`),children:I().places}),b(`a`,{class:`button`,href:`/lapor`,children:[b(v,{name:`add_a_photo`}),I().submit]})]}),b(me,{}),b(pe,{})]}),e,!r&&b(Lt,{}),!r&&b(`nav`,{class:`phone-nav`,"aria-label":I().navigation,children:[b($,{href:`/`,icon:`home`,label:I().home,current:n===`/`}),b($,{href:`/laporan`,icon:`list_alt`,label:I().reports,current:n===`/laporan`,badge:i}),b(`a`,{class:`phone-submit`,href:`/lapor`,children:[b(`span`,{children:b(v,{name:`add`})}),I().submit]}),b($,{href:`/peringkat`,icon:`leaderboard`,label:I().board,current:n.startsWith(`/peringkat`)}),b($,{href:o[0],icon:o[1],label:o[2],current:n.startsWith(o[0])})]})]})}function $({href:e,icon:t,label:n,current:r,badge:i=0}){return b(`a`,{href:e,...r&&{"aria-current":`page`},children:[b(v,{name:t}),n,b(It,{count:i})]})}function It({count:e}){return e===0?null:b(`span`,{class:`badge number`,children:[b(`span`,{"aria-hidden":`true`,children:e>99?`99+`:e}),b(`span`,{class:`visually-hidden`,children:I().unread(e)})]})}function Lt(){return b(`footer`,{class:`citizen-foot`,children:[b(`p`,{class:`muted small`,children:I().motto}),b(`nav`,{"aria-label":I().footer,children:[b(`a`,{href:`/kelurahan`,children:I().places}),b(`a`,{href:`/bantuan`,children:I().help}),b(`a`,{href:`/meja`,children:I().staff}),b(`a`,{href:`/ruang-kendali`,children:I().wall}),b(`a`,{href:`/api`,children:I().api})]})]})}var Rt=j(()=>h(()=>import(`./Account-Bnha_KCF.js`),__vite__mapDeps([7,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16,17]))),zt=j(()=>h(()=>import(`./BoardPage-B9KjZaB6.js`),__vite__mapDeps([18,3,2,4,5,1,6,19]))),Bt=j(()=>h(()=>import(`./Forgotten-CSp2Ambt.js`),__vite__mapDeps([20,2,1,3,4,5,6,10,9]))),Vt=j(()=>h(()=>import(`./Lapor-DQZDQ2C8.js`).then(e=>e.Lapor),__vite__mapDeps([21,3,2,4,5,1,6,22,23,14,24,25,10,26,15,11,12,13,16,27,28]))),Ht=j(()=>h(()=>import(`./MyReports-BIzXr1bo.js`).then(e=>e.MyReports),__vite__mapDeps([29,2,1,3,4,5,6,22,23,14,24,25,13,30,16,11,12,15,17]))),Ut=j(()=>h(()=>import(`./PlacePage-CHeKjEWT.js`),__vite__mapDeps([31,3,2,4,5,1,6,27,32,33,34]))),Wt=j(()=>h(()=>import(`./Places-Dx8HBAAr.js`),__vite__mapDeps([35,1,2,3,4,5,6,33,34]))),Gt=j(()=>h(()=>import(`./ReportPage-CqIvngU6.js`),__vite__mapDeps([36,3,2,4,5,1,6,27,37,14,8,38,39,40,41,32,26,25,42,43]))),Kt=j(()=>h(()=>import(`./SignIn-CfUTH_-p.js`),__vite__mapDeps([44,2,10,1,3,4,5,6,8,45,9]))),qt=j(()=>h(()=>import(`./SignUp-C9vd6YL6.js`),__vite__mapDeps([46,2,1,3,4,5,6,8,45,10,9])));ge(),we(),s(()=>b(Ft,{children:b(`div`,{class:`slot`,children:b(e,{children:[b(o,{path:`/`,component:jt}),b(o,{path:`/lapor`,component:Vt}),b(o,{path:`/laporan`,component:Ht}),b(o,{path:`/laporan/:number`,component:Gt}),b(o,{path:`/kelurahan`,component:Wt}),b(o,{path:`/kelurahan/:code`,component:Ut}),b(o,{path:`/peringkat`,component:zt}),b(o,{path:`/masuk`,component:Kt}),b(o,{path:`/daftar`,component:qt}),b(o,{path:`/sandi`,component:Bt}),b(o,{path:`/akun/:page?`,component:Rt}),b(o,{default:!0,component:ee})]})})})),ye();export{je as _,St as a,De as b,_t as c,ht as d,U as f,Me as g,I as h,xt as i,mt as l,Re as m,Pt as n,bt as o,V as p,vt as r,gt as s,Q as t,yt as u,N as v,_e as x,P as y};