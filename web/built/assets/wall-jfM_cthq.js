import{C as e,E as t,M as n,N as r,S as i,_ as a,a as o,j as s,k as c,l,n as u,o as d,t as f,v as p,w as m}from"./marks-BMvaz3Zk.js";import{B as h,C as ee,G as g,H as _,I as te,J as ne,N as re,O as ie,U as ae,V as v,X as oe,Z as se,a as y,n as b,w as ce,z as x}from"./live-C0mGh1t2.js";import{t as S}from"./jsxRuntime-DwnoluyB.js";import{n as le,r as C,t as ue}from"./d3-shape-Dyg7gZhE.js";import{a as w,i as de,o as fe,r as pe,t as me}from"./drawing-BfofxHdS.js";var T=6e4,he=e=>{let t=(new Date(e).getUTCHours()+7)%24;return t>=1&&t<5};async function ge(){try{let e=await fetch(location.pathname,{cache:`no-cache`});return e.ok?e.headers.get(`etag`):null}catch{return null}}function _e(e){_(()=>{let t=null,n=!1,i=async()=>{let e=await ge();t??=e,e!==null&&e!==t&&location.reload()};i();let a=setInterval(()=>{he(r())&&i()},60*T),o=e.liveness.subscribe(({isLive:e})=>{e&&!n&&t!==null&&i(),n=e});return()=>{clearInterval(a),o()}},[e])}function ve(){_(()=>{let e,t=async()=>{if(document.visibilityState===`visible`&&`wakeLock`in navigator)try{e=await navigator.wakeLock.request(`screen`)}catch{}};return t(),document.addEventListener(`visibilitychange`,t),()=>{document.removeEventListener(`visibilitychange`,t),e?.release()}},[])}var E=[[0,0],[2,1],[3,3],[1,4],[-1,3],[-3,1],[-2,-1]];function ye(){let[e,t]=ne(0);_(()=>{let e=setInterval(()=>t(e=>(e+1)%E.length),20*T);return()=>clearInterval(e)},[]);let[n,r]=E[e]??E[0];return`translate(${n}px, ${r}px)`}var be=y(`
  query WallReports($from: DateTime!, $after: String) {
    reports(filter: { changedFrom: $from }, orderBy: RECENTLY_CHANGED, first: 100, after: $after) {
      cursor
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          version
          status
          location {
            latitude
            longitude
          }
        }
      }
    }
  }
`),xe=y(`
  subscription WallFeed($after: String) {
    reportFeed(after: $after) {
      id
      cursor
      kind
      at
      reportId
      toStatus
      resolution
      stars
      toHandler {
        ... on Kelurahan {
          id
          name
        }
        ... on Agency {
          id
          name
        }
      }
      report {
        id
        version
        status
        location {
          latitude
          longitude
        }
        category {
          id
          name
        }
        kelurahan {
          id
          name
        }
      }
    }
  }
`),Se=y(`
  subscription WallToday($from: Date!) {
    reportStatisticsChanged(from: $from) {
      cursor
      rows {
        received
        responded
        processed
        open
        overdue
      }
    }
  }
`),Ce=y(`
  query WallCompared($day: Date!, $until: DateTime!) {
    whole: reportStatistics(from: $day, to: $day) {
      rows {
        responded
      }
    }
    received: reportStatistics(filter: { submittedTo: $until }, from: $day, to: $day) {
      rows {
        received
      }
    }
    processed: reportStatistics(filter: { processedTo: $until }, from: $day, to: $day) {
      rows {
        processed
      }
    }
  }
`),we=y(`
  query WallHistory($from: Date!, $to: Date!) {
    reportStatistics(groupBy: [DAY], from: $from, to: $to) {
      rows {
        day
        received
        responded
        processed
        open
        overdue
      }
    }
  }
`),D=y(`
  subscription WallBoard($metric: Metric!, $first: Int!) {
    leaderboardChanged(kind: KELURAHAN, metric: $metric, period: MONTH, first: $first) {
      cursor
      snapshot
      standings {
        id
        rank
        points
        responsiveness
        band
        subject {
          ... on Kelurahan {
            id
            code
            name
          }
        }
      }
      shifts {
        fromRank
        toRank
        subject {
          ... on Kelurahan {
            id
            code
            name
          }
        }
      }
    }
  }
`),O=y(`
  query WallBands {
    leaderboard(kind: KELURAHAN, metric: RESPONSIVENESS, period: MONTH) {
      id
      standings(first: 300) {
        edges {
          node {
            id
            band
            subject {
              ... on Kelurahan {
                id
                code
              }
            }
          }
        }
      }
    }
  }
`),k=y(`
  query WallWatchlist {
    watchlist(kind: KELURAHAN, period: MONTH) {
      id
      band
      subject {
        ... on Kelurahan {
          id
          code
          name
        }
      }
      scorecard {
        respondedOnTime
        processedOnTime
        overdue
      }
    }
  }
`),Te=y(`
  query WallAgencies {
    agencies {
      id
      code
      name
      kind
      connected
      backlog
    }
  }
`),Ee=y(`
  query WallClusters($within: BoundingBoxInput!, $zoom: Int!) {
    reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
      centre {
        latitude
        longitude
      }
      count
      waiting
    }
  }
`),A=2e3,De=6e4,j=class{isWell=!1;#e=`running`;#t=A;#n;#r=()=>{};#i;constructor(e){this.#i=e,this.#a()}begun(){this.isWell=!0}received(){this.isWell=!0,this.#t=A}failed(){this.#e===`running`&&(this.#e=`waiting`,this.isWell=!1,this.#r(),this.#r=()=>{},this.#n=setTimeout(()=>{this.#e=`running`,this.#a()},this.#t),this.#t=Math.min(2*this.#t,De))}stop(){this.#e=`stopped`,this.isWell=!1,clearTimeout(this.#n),this.#r(),this.#r=()=>{}}async#a(){try{let e=await this.#i(this);this.#e===`running`?this.#r=e:e()}catch{this.failed()}}},Oe=2e3,ke=500,Ae=class{#e;#t=[];#n=0;#r;constructor(e){this.#e=e}add(e){this.#t.push(e),this.#t.length>=Oe?this.#a():this.#t.length===1&&this.#i()}stop(){cancelAnimationFrame(this.#n),clearTimeout(this.#r),this.#t=[]}#i(){this.#n=requestAnimationFrame(()=>this.#a()),this.#r=setTimeout(()=>this.#a(),ke)}#a(){let e=this.#t;this.stop(),this.#e(e)}},je={west:106.684,south:-6.374,east:106.976,north:-6.086},Me=`31.01.`,Ne={west:106.3,south:-6.4,east:107,north:-5.1};function M(e,t){let n=Math.cos((e.south+e.north)/2*Math.PI/180),r=(e.east-e.west)*n,i=e.north-e.south,a=Math.min(t.width/r,t.height/i),o=t.x+(t.width-r*a)/2,s=t.y+(t.height-i*a)/2,c=([t,r])=>[o+(t-e.west)*n*a,s+(e.north-r)*a];return Object.assign(c,{has:e=>{let[n,r]=c(e);return n>=t.x&&n<=t.x+t.width&&r>=t.y&&r<=t.y+t.height}})}function Pe(e){let t={west:1/0,south:1/0,east:-1/0,north:-1/0};for(let n of e)for(let[e,r]of n.flat(2))t.west=Math.min(t.west,e),t.east=Math.max(t.east,e),t.south=Math.min(t.south,r),t.north=Math.max(t.north,r);return t}function Fe(e,t){let n=new Path2D;for(let r of e.flat())r.forEach((e,r)=>{let[i,a]=t(e);r===0?n.moveTo(i,a):n.lineTo(i,a)}),n.closePath();return n}var N=15e3,P=class{#e;#t=new Map;#n=new Map;#r=!1;constructor(e){this.#e=e}runAll(){for(let e of this.#e)this.#i(e)}isFresh(e){let t=performance.now();return this.#e.every(n=>t-(this.#n.get(n)??-1/0)<n[0]+e)}stop(){this.#r=!0;for(let e of this.#t.values())clearTimeout(e)}async#i(e){let[t,n]=e,r=t;this.#a(e,t+N);try{await n(),this.#n.set(e,performance.now())}catch{r=N}this.#r||this.#a(e,r)}#a(e,t){clearTimeout(this.#t.get(e)),this.#t.set(e,setTimeout(()=>void this.#i(e),t))}},F=({id:e,version:t,status:n,location:r})=>({id:e,version:t,status:n,longitude:r.longitude,latitude:r.latitude});function Ie(e,t){let n=e.get(t.reportId);if(!t.report)return e.delete(t.reportId),n?{kind:`gone`,mark:n}:null;if(n&&n.version>t.report.version)return null;let r=F(t.report);if(I(e,r),n&&n.status!==r.status)return{kind:`status`,mark:r};if(!n&&t.kind===`SUBMITTED`)return{kind:`new`,mark:r};if(!n&&t.kind===`STATUS_CHANGED`)return{kind:`status`,mark:r};let i=n&&(n.latitude!==r.latitude||n.longitude!==r.longitude);return n&&!i?null:{kind:`seen`,mark:r,from:n}}function I(e,t){e.delete(t.id),e.set(t.id,t),e.size>4e3&&e.delete(e.keys().next().value)}function Le(e){let t=new Map;for(let n of e.toReversed())I(t,F(n));return t}var Re=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`ASSIGNED`,`TRANSFERRED`,`RATED`,`RESPONSE_OVERDUE`,`PROCESSING_OVERDUE`]);function ze(e,t){let n=t.filter(e=>e.report&&Re.has(e.kind));return n.length===0?e:[...n.toReversed(),...e].slice(0,8)}var L={standings:new Map,moves:new Map};function Be(e,{snapshot:t,standings:n,shifts:r}){let i=new Map(t?[]:e.standings),a=new Map(e.moves);for(let r of n){let{code:n}=r.subject;t&&R(a,r.subject,e.standings.get(n)?.rank??null,r.rank),r.rank!==null&&r.rank<=200?i.set(n,r):i.delete(n)}for(let{subject:e,fromRank:t,toRank:n}of r)R(a,e,t,n);return{standings:i,moves:a}}function R(e,{code:t,name:n},r,i){let a=e.get(t)?.from??r;a===null||i===null||a===i?e.delete(t):e.set(t,{code:t,name:n,from:a,to:i})}var Ve=[`ABOVE`,`AVERAGE`,`BELOW`,null];function He({standings:e},t,n){let r=({band:e})=>t===`RESPONSIVENESS`?Ve.indexOf(e):0;return Array.from(e,([e,{rank:t,subject:n,band:r,points:i,responsiveness:a}])=>({code:e,name:n.name,rank:t??0,band:r,points:i,responsiveness:a})).filter(({rank:e})=>e>0).sort((e,t)=>r(e)-r(t)||e.rank-t.rank||(e.code<t.code?-1:1)).slice(0,n)}function Ue({moves:e},t){let n=({from:e,to:t})=>Math.abs(e-t);return[...e.values()].sort((e,t)=>n(t)-n(e)||e.to-t.to).slice(0,t)}var z=864e5,B=6e4,We=e=>Math.floor(e/B)*B-7*z;function Ge(e,t,n,r){let i=new Map(e.map(e=>[e.day,e[t]]));return Array.from({length:r},(e,t)=>i.get(V(n,r-t))??0)}var V=(e,t)=>new Date(Date.parse(`${e}T00:00:00Z`)-t*z).toISOString().slice(0,10),Ke=e=>`${e}T00:00:00+07:00`,H=1e3,U=60*H,qe=10,Je=12,Ye=1500,Xe=5*U,Ze=1500,W={wide:11,narrow:10},Qe=class{liveness=v({isLive:!1,since:null});day=v(p(r()));time=v(r());numbers=v(null);before=v(null);history=v([]);metric=v(`RESPONSIVENESS`);board=v(null);bands=v(new Map);clusters=v([]);watchlist=v(null);agencies=v(null);movesSince=v(r());lines=v([]);events=v(0);client;marks=new Map;#e;#t=new Ae(e=>this.#b(e));#n=[];#r=new P([[U,()=>this.#T()],[U,()=>this.#E()],[U,async()=>void(this.agencies.value=(await this.ask(Te,{})).agencies)],[5*U,()=>this.#D()],[5*U,async()=>void(this.watchlist.value=(await this.ask(k,{})).watchlist)],[10*U,()=>this.#O()]]);#i;#a;#o;#s;#c;#l=L;#u=[];#d=!1;#f=0;#p=!1;constructor(){let{client:e,live:t}=l();this.client=e,this.#e=t}start(){let e=()=>this.#e.renew();addEventListener(`offline`,e);let t=setInterval(()=>this.#m(),H),n=setInterval(()=>this.#w(),Ye),r=h(()=>this.#g(b.value===`live`));this.#n.push(()=>removeEventListener(`offline`,e),()=>clearInterval(t),()=>clearInterval(n),r),this.#a=new j(e=>this.#v(e)),this.#h()}stop(){for(let e of[this.#a,this.#o,this.#s])e?.stop();this.#r.stop(),this.#t.stop();for(let e of this.#n.splice(0))e();this.#e.dispose()}showOn(e){this.#i=e??void 0,e?.drawAgain()}#m(){this.time.value=r();let e=p(this.time.value);e!==this.day.value&&(this.day.value=e,this.#h()),this.#_()}#h(){this.#o?.stop(),this.#s?.stop(),this.#l=L,x(()=>{this.movesSince.value=r(),this.numbers.value=null,this.before.value=null,this.board.value=null,this.metric.value=`RESPONSIVENESS`}),this.marks.clear(),this.#i?.drawAgain(),this.#o=new j(e=>this.#x(e)),this.#s=new j(e=>this.#S(e)),this.#r.runAll()}#g(e){this.#p=!1,e&&(this.#f=performance.now()),e&&this.#d&&this.#r.runAll(),this.#d||=e,this.#_()}#_(){let e=[this.#a,this.#o,this.#s].every(e=>e?.isWell??!1),t=b.peek()===`live`&&performance.now()-this.#f>Ze&&this.#p&&e&&this.#r.isFresh(Xe);t!==this.liveness.peek().isLive&&(this.liveness.value=t?{isLive:t}:{isLive:t,since:r()})}async#v(e){this.#c===void 0&&await this.#y();let{unsubscribe:t}=this.#k(e,xe,{after:this.#c??null},({reportFeed:e})=>{this.#c=e.cursor,this.#t.add(e)});return e.begun(),t}async#y(){let e=Ke(this.day.peek()),t=[],n,r=null;for(let i=0;i<qe;i++){let{reports:i}=await this.ask(be,{from:e,after:r});if(n??=i.cursor,t.push(...i.edges.map(({node:e})=>e)),!i.pageInfo.hasNextPage)break;r=i.pageInfo.endCursor}this.marks.clear();for(let[e,n]of Le(t))this.marks.set(e,n);this.#i?.drawAgain(),this.#c=n}#b(e){this.events.value+=e.length;let t=e.filter(({at:e})=>p(e)>=this.day.peek()),n=t.map(e=>Ie(this.marks,e)).filter(e=>e!==null);n.length>0&&this.#i?.apply(n),this.#u=ze(this.#u,t)}async#x(e){let t={from:this.day.peek()};return this.#k(e,Se,t,({reportStatisticsChanged:{rows:e}})=>{this.#p=!0,this.numbers.value=e[0]??null,this.#_()}).unsubscribe}async#S(e){let t={metric:this.metric.peek(),first:200};return this.#k(e,D,t,({leaderboardChanged:e})=>{this.#l=Be(this.#l,e);let t=e.standings.filter(({rank:e})=>e!==null).length;e.snapshot&&this.metric.peek()===`RESPONSIVENESS`&&t<Je&&this.#C()}).unsubscribe}#C(){this.metric.value=`POINTS`,this.#l=L,this.#s?.stop(),this.#s=new j(e=>this.#S(e))}#w(){x(()=>{this.#l!==L&&(this.board.value=this.#l),this.lines.value=this.#u})}async#T(){let e=We(r()),t=p(e),{whole:n,received:i,processed:a}=await this.ask(Ce,{day:t,until:new Date(e).toISOString()});this.before.value={day:t,until:e,received:i.rows[0]?.received??0,processed:a.rows[0]?.processed??0,respondedAllDay:n.rows[0]?.responded??0}}async#E(){let e=matchMedia(`(min-width: 40rem)`).matches?W.wide:W.narrow;this.clusters.value=(await this.ask(Ee,{within:Ne,zoom:e})).reportClusters}async#D(){let{leaderboard:e}=await this.ask(O,{}),t=e?.standings.edges.map(({node:e})=>e)??[];this.bands.value=new Map(t.map(({subject:e,band:t})=>[e.code,t]))}async#O(){let e=this.day.peek(),t={from:V(e,30),to:V(e,1)},{reportStatistics:n}=await this.ask(we,t);this.history.value=n.rows}async ask(e,t){let{data:n,error:r}=await this.client.query(e,t).toPromise();if(!n)throw r??Error(`no answer`);return n}#k(e,t,n,r){return ce(this.client.subscription(t,n),ee(()=>e.failed()),ie(({data:t,error:n})=>{t&&!n?(e.received(),r(t)):(n?.graphQLErrors.some(({extensions:e})=>String(e.code).startsWith(`CURSOR_`))&&(this.#c=void 0,this.#r.runAll()),e.failed())}))}},G=re({title:`Ruang Kendali`,notLiveSince:e=>`Tidak langsung sejak ${e}`,today:`Hari ini`,received:`Laporan masuk`,responded:`Dijawab`,processed:`Selesai diproses`,open:`Masih terbuka`,overdue:`Lewat batas waktu`,compared:(e,t,n,r)=>`${e} dibanding ${t} sampai ${n} (${r})`,same:(e,t,n)=>`Sama dengan ${e} sampai ${t} (${n})`,wholeDay:(e,t)=>`${e} sehari penuh: ${t}`,openHint:`Semua yang belum selesai, juga dari hari-hari lalu`,overdueHint:e=>`${e} dari semua yang masih terbuka`,byDay:`30 hari sampai kemarin`,bySubmission:`menurut hari masuk, sampai kemarin`,events:`Baru saja`,noEvents:`Belum ada kejadian sejak layar ini dibuka.`,place:(e,t)=>`${e} di ${t}`,event:{submitted:`laporan baru`,began:`mulai ditindaklanjuti`,fixed:`selesai ditangani`,duplicate:`digabung dengan laporan lain`,outOfRemit:`di luar kewenangan`,invalid:`dinilai tidak valid`,withdrawn:`ditarik pelapor`,waiting:`kembali menunggu`,reopened:`dibuka kembali`,assigned:e=>`sekarang di ${e}`,rated:e=>`dinilai ${e} dari 5 bintang`,responseOverdue:`belum dijawab, lewat batas waktu`,processingOverdue:`belum selesai, lewat batas waktu`},map:`Peta Jakarta: laporan hari ini dan penilaian tiap kelurahan`,islands:`Kepulauan Seribu`,legendToday:`Bergerak hari ini`,legendOpen:`Semua yang terbuka di sekitarnya`,legendBands:`Kelurahan bulan ini`,board:e=>`Paling tanggap, ${e}`,boardPoints:e=>`Poin terbanyak, ${e}`,boardHint:`Skor 0–100. Yang di atas rata-rata lebih dulu.`,boardPointsHint:`Skor tanggap tampil setelah cukup banyak laporan dijawab.`,boardEmpty:`Belum ada poin bulan ini.`,rank:e=>`Peringkat ${e}`,moves:e=>`Naik turun sejak ${e}`,noMoves:`Belum ada yang naik atau turun.`,up:(e,t)=>`naik dari ${e} ke ${t}`,down:(e,t)=>`turun dari ${e} ke ${t}`,watchlist:`Perlu perhatian`,watchlistCount:e=>`${e} kelurahan`,watchlistEmpty:`Bulan ini belum ada kelurahan yang tertinggal jauh.`,reasons:(e,t,n)=>`Tepat waktu: ${e} dijawab, ${t} selesai · ${n} terlambat`,agencies:`Penerusan ke instansi lain`,agenciesEmpty:`Tidak ada instansi luar.`,backlog:`belum terkirim`,unconnected:`belum tersambung`},{title:`Control room`,notLiveSince:e=>`Not live since ${e}`,today:`Today`,received:`Reports`,responded:`Answered`,processed:`Processed`,open:`Open`,overdue:`Overdue`,compared:(e,t,n,r)=>`${e} compared with ${t} until ${n} (${r})`,same:(e,t,n)=>`As on ${e} until ${t} (${n})`,wholeDay:(e,t)=>`All of ${e}: ${t}`,openHint:`All that are not done, also from earlier days`,overdueHint:e=>`${e} of all that are open`,byDay:`30 days until yesterday`,bySubmission:`by the day they came, until yesterday`,events:`Just now`,noEvents:`Nothing has happened since this screen was opened.`,place:(e,t)=>`${e} in ${t}`,event:{submitted:`new report`,began:`work has begun`,fixed:`fixed`,duplicate:`merged into another report`,outOfRemit:`out of remit`,invalid:`closed as invalid`,withdrawn:`withdrawn by the reporter`,waiting:`waiting again`,reopened:`reopened`,assigned:e=>`now with ${e}`,rated:e=>`rated ${e} of 5 stars`,responseOverdue:`not answered in time`,processingOverdue:`not processed in time`},map:`Map of Jakarta: today's reports, and how each kelurahan is doing`,islands:`Kepulauan Seribu`,legendToday:`Moved today`,legendOpen:`All that are open around here`,legendBands:`Kelurahan this month`,board:e=>`Most responsive, ${e}`,boardPoints:e=>`Most points, ${e}`,boardHint:`Score 0–100. Those above average come first.`,boardPointsHint:`The responsiveness score shows once enough reports are answered.`,boardEmpty:`No points this month yet.`,rank:e=>`Rank ${e}`,moves:e=>`Moves since ${e}`,noMoves:`Nobody has moved yet.`,up:(e,t)=>`up from ${e} to ${t}`,down:(e,t)=>`down from ${e} to ${t}`,watchlist:`Needs attention`,watchlistCount:e=>`${e} kelurahan`,watchlistEmpty:`No kelurahan is far behind this month.`,reasons:(e,t,n)=>`In time: ${e} answered, ${t} processed · ${n} overdue`,agencies:`Forwarding to other agencies`,agenciesEmpty:`There are no outside agencies.`,backlog:`not sent yet`,unconnected:`not connected`});function $e({wall:e}){let t=e.lines.value;return S(`section`,{class:`panel latest`,"aria-label":G().events,children:[S(`h2`,{children:G().events}),t.length===0&&S(`p`,{class:`empty`,children:G().noEvents}),S(`ol`,{children:t.map(e=>S(`li`,{children:[e.report&&S(o,{status:e.report.status}),S(`time`,{class:`hint`,dateTime:e.at,children:s(e.at)}),S(`span`,{class:`clip`,children:e.report&&G().place(e.report.category.name,e.report.kelurahan.name)}),S(`strong`,{class:`clip`,children:et(e)})]},e.id))})]})}function et(e){let t=G().event;switch(e.kind){case`SUBMITTED`:return t.submitted;case`REOPENED`:return t.reopened;case`ASSIGNED`:case`TRANSFERRED`:return t.assigned(e.toHandler?.name??e.report?.kelurahan.name??``);case`RATED`:return t.rated(e.stars??0);case`RESPONSE_OVERDUE`:return t.responseOverdue;case`PROCESSING_OVERDUE`:return t.processingOverdue;default:return tt(e)}}function tt({toStatus:e,resolution:t}){let n=G().event;if(e===`WAITING`)return n.waiting;if(e===`IN_PROGRESS`)return n.began;switch(t){case`DUPLICATE`:return n.duplicate;case`OUT_OF_REMIT`:return n.outOfRemit;case`INVALID`:return n.invalid;case`WITHDRAWN`:return n.withdrawn;default:return n.fixed}}var nt=3;function rt({wall:t}){let n=t.watchlist.value;return S(`section`,{class:`panel watchlist`,"aria-label":G().watchlist,children:[S(`div`,{class:`spread`,children:[S(`h2`,{children:G().watchlist}),n&&n.length>0&&S(`p`,{class:`hint`,children:G().watchlistCount(e(n.length))})]}),n?.length===0&&S(`p`,{class:`empty`,children:G().watchlistEmpty}),S(`ul`,{children:n?.slice(0,nt).map(e=>S(`li`,{children:[S(`span`,{class:`spread`,children:[S(`span`,{class:`clip name`,children:e.subject.name}),S(f,{band:e.band})]}),S(`span`,{class:`hint clip`,children:it(e)})]},e.id))})]})}function it({scorecard:t}){if(!t)return``;let{respondedOnTime:n,processedOnTime:r,overdue:i}=t,a=e=>e===null?`–`:m(e);return G().reasons(a(n),a(r),e(i))}var at=4;function ot({wall:t}){let n=t.agencies.value?.filter(({kind:e})=>e===`EXTERNAL`);return S(`section`,{class:`panel backlogs`,"aria-label":G().agencies,children:[S(`div`,{class:`spread`,children:[S(`h2`,{children:G().agencies}),S(`p`,{class:`hint`,children:G().backlog})]}),n?.length===0&&S(`p`,{class:`empty`,children:G().agenciesEmpty}),S(`ul`,{children:n?.sort((e,t)=>t.backlog-e.backlog||(e.code<t.code?-1:1)).slice(0,at).map(t=>S(`li`,{children:[S(`span`,{class:`clip name`,children:t.name}),!t.connected&&S(`span`,{class:`hint`,children:G().unconnected}),S(`span`,{class:`value number`,children:e(t.backlog)})]},t.id))})]})}var st=12,ct=4;function lt({wall:e}){let t=e.board.value,n=e.metric.value,r=n===`RESPONSIVENESS`,a=t?He(t,n,st):[],o=i(`${e.day.value}T12:00:00+07:00`);return S(se,{children:[S(`section`,{class:`panel ranking`,"aria-label":r?G().board(o):G().boardPoints(o),children:[S(`h2`,{children:r?G().board(o):G().boardPoints(o)}),S(`p`,{class:`hint`,children:r?G().boardHint:G().boardPointsHint}),t&&a.length===0?S(`p`,{class:`empty`,children:G().boardEmpty}):S(ut,{rows:a,moves:t?.moves??new Map,isFair:r})]}),S(`section`,{class:`panel moves`,"aria-label":G().moves(s(e.movesSince.value)),children:[S(`h2`,{children:G().moves(s(e.movesSince.value))}),S(dt,{moves:t?Ue(t,ct):[]})]})]})}function ut({rows:n,moves:r,isFair:i}){let a=g(null);return mt(a,n.map(({code:e})=>e)),S(`ol`,{ref:a,children:n.map(n=>{let a=r.get(n.code);return S(`li`,{"data-code":n.code,children:[S(`span`,{class:`rank number`,children:[S(`span`,{class:`visually-hidden`,children:G().rank(n.rank)}),S(`span`,{"aria-hidden":`true`,children:n.rank})]}),S(u,{band:n.band}),S(`span`,{class:`clip name`,children:n.name}),a&&S(K,{move:a}),S(`span`,{class:`score number`,children:i&&n.responsiveness!==null?t(n.responsiveness):e(n.points)})]},n.code)})})}function K({move:{from:e,to:t}}){return S(`span`,{class:`shift number`,"data-up":t<e,children:[S(`svg`,{viewBox:`0 0 16 16`,"aria-hidden":`true`,children:S(`path`,{d:t<e?`M8 3l6 10H2z`:`M8 13L2 3h12z`,fill:`currentColor`})}),S(`span`,{"aria-hidden":`true`,children:[e,` → `,t]}),S(`span`,{class:`visually-hidden`,children:t<e?G().up(e,t):G().down(e,t)})]})}function dt({moves:e}){return e.length===0?S(`p`,{class:`empty`,children:G().noMoves}):S(`ul`,{children:e.map(e=>S(`li`,{children:[S(`span`,{class:`clip name`,children:e.name}),S(K,{move:e})]},e.code))})}var ft=900,pt=`cubic-bezier(.3, .1, .2, 1)`;function mt(e,t){let n=g([]);ae(()=>{let r=n.current;n.current=t;let i=[...e.current?.children??[]];if(r.length===0||i.length===0||matchMedia(`(prefers-reduced-motion: reduce)`).matches)return;let a=i[0]?.offsetHeight??0;i.forEach((e,n)=>{let i=r.indexOf(t[n]??``);if(i===n)return;let o=i<0?{opacity:0,transform:`translateY(${a}px)`}:{opacity:1,transform:`translateY(${(i-n)*a}px)`};e.animate([o,{opacity:1,transform:`none`}],{duration:ft,easing:pt})})},[t.join()])}var ht=[`received`,`responded`,`processed`,`open`,`overdue`];function gt({wall:e}){return S(`section`,{class:`today`,"aria-label":G().today,children:ht.map(t=>S(_t,{wall:e,name:t},t))})}function _t({wall:t,name:n}){let r=t.numbers.value,i=n!==`open`&&n!==`overdue`,a=Ge(t.history.value,n,t.day.value,30);return S(`div`,{class:`panel figure`,children:[S(`h2`,{children:G()[n]}),S(`p`,{class:`value number`,"data-figure":n,children:r?e(r[n]):`–`}),S(`p`,{class:`compared`,children:r?vt(t,n,r):` `}),S(yt,{values:a,label:i?G().byDay:G().bySubmission})]})}function vt(t,n,r){if(n===`open`)return G().openHint;if(n===`overdue`)return r.open===0?``:G().overdueHint(m(r.overdue/r.open));let i=t.before.value;if(!i)return` `;let a=c(i.until);if(n===`responded`)return G().wholeDay(a,e(i.respondedAllDay));let o=r[n]-i[n],l=s(i.until);if(o===0)return G().same(a,l,e(i[n]));let u=`${o>0?`+`:`−`}${e(Math.abs(o))}`;return G().compared(u,a,l,e(i[n]))}var q=100,J=24;function yt({values:e,label:t}){let n=C([0,e.length-1],[0,q]),r=C([0,Math.max(1,...e)],[23,1]),i=e.map((e,t)=>[n(t),r(e)]);return S(`figure`,{class:`sparkline`,children:[S(`svg`,{viewBox:`0 0 ${q} ${J}`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[S(`path`,{class:`ground`,d:ue().y0(J)(i)??``}),S(`path`,{class:`line`,d:le()(i)??``})]}),S(`figcaption`,{children:t})]})}function bt({wall:e}){let t=g(null);return _(()=>{let n=new Ot(t.current,e);return()=>n.remove()},[e]),S(`section`,{class:`panel wall-map`,"aria-label":G().map,children:[S(`div`,{ref:t,class:`picture`,role:`img`,"aria-label":G().map}),S(xt,{})]})}function xt(){return S(`div`,{class:`legend`,children:[S(`ul`,{"aria-label":G().legendToday,children:[S(`li`,{class:`head`,children:G().legendToday}),[`WAITING`,`IN_PROGRESS`,`PROCESSED`].map(e=>S(`li`,{children:[S(o,{status:e}),` `,a().statusShort[e]]},e)),S(`li`,{children:[S(`svg`,{class:`open-mark`,viewBox:`0 0 32 32`,"aria-hidden":`true`,children:[S(`circle`,{cx:`16`,cy:`16`,r:`13`}),S(`path`,{d:`M16 3a13 13 0 1 1-12.4 17`}),S(`text`,{x:`16`,y:`21`,children:`9`})]}),G().legendOpen]})]}),S(`ul`,{class:`bands`,"aria-label":G().legendBands,children:[S(`li`,{class:`head`,children:G().legendBands}),[`ABOVE`,`AVERAGE`,`BELOW`,null].map(e=>S(`li`,{children:S(f,{band:e})},e))]})]})}var St={ABOVE:`--band-above`,AVERAGE:`--band-average`,BELOW:`--band-below`},Ct=8,Y=1400,wt=45,Tt=.65,X=.3,Et=.7,Dt=864e5,Ot=class{#e;#t;#n=Z();#r=Z();#i=[];#a=matchMedia(`(prefers-color-scheme: dark)`);#o=matchMedia(`(prefers-reduced-motion: reduce)`);#s;#c;#l;#u=[];#d=[];#f=[];#p;#m=[];#h;#g=16;constructor(e,t){this.#e=e,this.#t=t,e.append(this.#n,this.#r);for(let t=0;t<Ct;t++){let t=document.createElement(`span`);t.className=`pulse`,e.append(t),this.#i.push(t)}this.#s=new ResizeObserver(()=>this.#v()),this.#s.observe(e),this.#a.addEventListener(`change`,this.#y),this.#c=new P([[Dt,()=>this.#_()]]),this.#c.runAll(),t.showOn(this),this.#l=[h(()=>{this.#b(t.bands.value,t.clusters.value),this.#C()})]}remove(){this.#t.showOn(null);for(let e of this.#l)e();this.#c.stop(),this.#a.removeEventListener(`change`,this.#y),this.#s.disconnect(),this.#e.replaceChildren()}drawAgain(){this.#C()}apply(e){let t=e.every(({kind:e,...t})=>e!==`gone`&&!(`from`in t&&t.from));t||this.#C();let n=this.#r.getContext(`2d`);for(let{kind:r,mark:i}of e)r!==`gone`&&(t&&this.#w(n,i),r!==`seen`&&this.#T(i));t&&this.#S(n)}async#_(){let{kelurahans:e}=await this.#t.ask(fe,{});this.#u=e.edges.map(({node:e})=>e),this.#v()}#v(){let{clientWidth:e,clientHeight:t}=this.#e;if(e===0||this.#u.length===0)return;let n=devicePixelRatio,[r,i]=[Math.round(e*n),Math.round(t*n)];for(let e of[this.#n,this.#r])e.width=r,e.height=i;let a=parseFloat(getComputedStyle(document.documentElement).fontSize);this.#g=Math.max(Tt,Math.min(1,e/(wt*a)))*a*n;let o=({code:e})=>e.startsWith(Me),s=e=>e.boundary.coordinates,c=this.#g/2,l=M(je,{x:c,y:c,width:r-2*c,height:i-2*c}),u=Math.min(r,i)*.27;this.#p={x:c,y:i-u*1.25-c,width:u,height:u*1.25};let{x:d,y:f}=this.#p,p=M(Pe(this.#u.filter(o).map(s)),{x:d+c,y:f+2.2*this.#g,width:u-2*c,height:u*1.25-2.2*this.#g-c});this.#f=[l,p],this.#d=this.#u.map(e=>{let t=o(e)?p:l,n=t([e.centre.longitude,e.centre.latitude]);return{code:e.code,path:Fe(s(e),t),centre:n}}),this.#y()}#y=()=>{let e=this.#g;for(let t of this.#i){let n=2*X*e/devicePixelRatio;t.style.width=t.style.height=`${n}px`,t.style.margin=`${-n/2}px`}this.#h={WAITING:$(X*e,`WAITING`),IN_PROGRESS:$(X*e,`IN_PROGRESS`),PROCESSED:$(X*e,`PROCESSED`)},this.#b(this.#t.bands.peek(),this.#t.clusters.peek()),this.#C()};#b(e,t){let n=Q(this.#n),r=this.#g;if(n.lineWidth=Math.max(1,r/20),n.strokeStyle=w(`--paper`),this.#p){let{x:e,y:t,width:i,height:a}=this.#p;n.fillStyle=w(`--sunk`),n.fillRect(e,t,i,a),n.fillStyle=w(`--muted`),n.font=`600 ${r*.875}px ${w(`--font`)}`,n.fillText(G().islands,e+r/2,t+r*1.35,i-r)}for(let{code:t,path:r}of this.#d){let i=e.get(t);n.fillStyle=w(i?St[i]:`--band-none`),n.globalAlpha=i&&i!==`AVERAGE`?.8:1,n.fill(r),n.globalAlpha=1,n.stroke(r)}n.fillStyle=w(`--ink`);for(let{code:t,centre:i}of this.#d){let a=e.get(t);(a===`ABOVE`||a===`BELOW`)&&kt(n,i,r*.32,a===`ABOVE`)}this.#x(n,t)}#x(t,n){this.#m=[];let r=Math.max(1,...n.map(({count:e})=>e));for(let{centre:i,count:a,waiting:o}of n){let n=this.#E(i);if(!n)continue;let s=this.#g*(Et+.8*Math.sqrt(a/r)),c=e(a),l=Math.min(this.#g*.9,s*3/(c.length+.6));this.#m.push({at:n,text:c,size:l}),t.save(),t.translate(...n),pe(t,s,this.#g*.2,{waiting:o,inProgress:a-o,processed:0}),t.restore()}}#S(e){Object.assign(e,{textAlign:`center`,textBaseline:`middle`,lineJoin:`round`}),e.lineWidth=this.#g*.3,e.fillStyle=w(`--ink`),e.strokeStyle=w(`--sheet`);let t=w(`--font`);for(let{at:n,text:r,size:i}of this.#m)e.font=`650 ${i}px ${t}`,e.strokeText(r,n[0],n[1]+i*.04),e.fillText(r,n[0],n[1]+i*.04)}#C(){let e=Q(this.#r);for(let t of this.#t.marks.values())this.#w(e,t);this.#S(e)}#w(e,t){let n=this.#E(t),r=this.#h?.[t.status];n&&r&&e.drawImage(r,n[0]-r.width/2,n[1]-r.height/2)}#T(e){let t=this.#E(e);if(!t||this.#o.matches||document.hidden)return;let n=this.#i.pop();if(!n)return;n.dataset.status=e.status;let r=`translate(${t[0]/devicePixelRatio}px, ${t[1]/devicePixelRatio}px)`,i=[{transform:`${r} scale(0.8)`,opacity:.9},{transform:`${r} scale(3.4)`,opacity:0}],a=n.animate(i,{duration:Y,easing:`ease-out`});a.onfinish=()=>this.#i.push(n)}#E({longitude:e,latitude:t}){let n=[e,t],r=this.#f.find(e=>e.has(n));return r?r(n):null}},Z=()=>document.createElement(`canvas`);function Q(e){let t=e.getContext(`2d`);return t.clearRect(0,0,e.width,e.height),t}function kt(e,[t,n],r,i){let a=i?-r:r;e.beginPath(),e.moveTo(t,n+a),e.lineTo(t+r,n-a*.8),e.lineTo(t-r,n-a*.8),e.fill()}function $(e,t){let n=Math.ceil(2*e*me),r=Object.assign(Z(),{width:n,height:n}),i=r.getContext(`2d`);return i.translate(n/2,n/2),de(i,e,t),r}function At(){let e=oe(()=>new Qe,[]),t=g(null);_(()=>(e.start(),()=>e.stop()),[e]),_e(e),ve();let n=ye();te(()=>{t.current&&(t.current.dataset.events=String(e.events.value))});let{isLive:r}=e.liveness.value;return S(`main`,{id:`content`,ref:t,class:`wall`,"data-live":r,style:{transform:n},children:[S(`header`,{children:[S(`h1`,{children:[S(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),G().title]}),S(Mt,{wall:e}),S(jt,{wall:e})]}),S(`div`,{class:`left`,children:[S(gt,{wall:e}),S($e,{wall:e})]}),S(bt,{wall:e}),S(`div`,{class:`right`,children:[S(lt,{wall:e}),S(rt,{wall:e}),S(ot,{wall:e})]})]})}function jt({wall:e}){let t=e.time.value;return S(`p`,{class:`clock`,children:[S(`span`,{children:n(t)}),S(`time`,{class:`number`,children:s(t)})]})}function Mt({wall:e}){let t=e.liveness.value,n=!t.isLive&&t.since===null,r=t.isLive?`live`:n?`connecting`:`lost`;return S(`p`,{class:`live`,"data-connection":r,role:`status`,children:[S(`span`,{class:`dot`,"aria-hidden":`true`}),t.isLive?a().live.live:t.since===null?a().live.connecting:G().notLiveSince(s(t.since))]})}d(At);