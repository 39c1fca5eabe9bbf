import{A as e,D as t,S as n,a as r,b as i,g as a,h as o,k as s,n as c,o as l,t as u,w as d,x as f}from"./marks-BuI7dpxx.js";import{C as p,D as m,E as h,I as ee,L as te,O as g,P as ne,S as _,T as v,f as re,g as ie,i as y,j as b,k as ae,n as oe,o as x,p as S,y as se}from"./client-BjkT0oUn.js";import{t as C}from"./jsxRuntime-CzfMw9uE.js";import{n as ce,r as w,t as le}from"./d3-shape-Dyg7gZhE.js";import{t as ue}from"./documents-DgVEU0RZ.js";var T=6e4,de=e=>{let t=(new Date(e).getUTCHours()+7)%24;return t>=1&&t<5};async function fe(){try{let e=await fetch(location.pathname,{cache:`no-cache`});return e.ok?e.headers.get(`etag`):null}catch{return null}}function pe(e){g(()=>{let t=null,n=!1,r=async()=>{let e=await fe();t??=e,e!==null&&e!==t&&location.reload()};r();let i=setInterval(()=>{de(_())&&r()},60*T),a=e.liveness.subscribe(({isLive:e})=>{e&&!n&&t!==null&&r(),n=e});return()=>{clearInterval(i),a()}},[e])}function me(){g(()=>{let e,t=async()=>{if(document.visibilityState===`visible`&&`wakeLock`in navigator)try{e=await navigator.wakeLock.request(`screen`)}catch{}};return t(),document.addEventListener(`visibilitychange`,t),()=>{document.removeEventListener(`visibilitychange`,t),e?.release()}},[])}var E=[[0,0],[2,1],[3,3],[1,4],[-1,3],[-3,1],[-2,-1]];function he(){let[e,t]=ne(0);g(()=>{let e=setInterval(()=>t(e=>(e+1)%E.length),20*T);return()=>clearInterval(e)},[]);let[n,r]=E[e]??E[0];return`translate(${n}px, ${r}px)`}var ge=x(`
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
`),_e=x(`
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
`),ve=x(`
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
`),ye=x(`
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
`),be=x(`
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
`),xe=x(`
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
`),Se=x(`
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
`),Ce=x(`
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
`),we=x(`
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
`),D=x(`
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
`),O=2e3,k=6e4,A=class{isWell=!1;#e=`running`;#t=O;#n;#r=()=>{};#i;constructor(e){this.#i=e,this.#a()}begun(){this.isWell=!0}received(){this.isWell=!0,this.#t=O}failed(){this.#e===`running`&&(this.#e=`waiting`,this.isWell=!1,this.#r(),this.#r=()=>{},this.#n=setTimeout(()=>{this.#e=`running`,this.#a()},this.#t),this.#t=Math.min(2*this.#t,k))}stop(){this.#e=`stopped`,this.isWell=!1,clearTimeout(this.#n),this.#r(),this.#r=()=>{}}async#a(){try{let e=await this.#i(this);this.#e===`running`?this.#r=e:e()}catch{this.failed()}}},Te=2e3,Ee=500,De=class{#e;#t=[];#n=0;#r;constructor(e){this.#e=e}add(e){this.#t.push(e),this.#t.length>=Te?this.#a():this.#t.length===1&&this.#i()}stop(){cancelAnimationFrame(this.#n),clearTimeout(this.#r),this.#t=[]}#i(){this.#n=requestAnimationFrame(()=>this.#a()),this.#r=setTimeout(()=>this.#a(),Ee)}#a(){let e=this.#t;this.stop(),this.#e(e)}},Oe={west:106.684,south:-6.374,east:106.976,north:-6.086},ke=`31.01.`,Ae={west:106.3,south:-6.4,east:107,north:-5.1};function j(e,t){let n=Math.cos((e.south+e.north)/2*Math.PI/180),r=(e.east-e.west)*n,i=e.north-e.south,a=Math.min(t.width/r,t.height/i),o=t.x+(t.width-r*a)/2,s=t.y+(t.height-i*a)/2,c=([t,r])=>[o+(t-e.west)*n*a,s+(e.north-r)*a];return Object.assign(c,{has:e=>{let[n,r]=c(e);return n>=t.x&&n<=t.x+t.width&&r>=t.y&&r<=t.y+t.height}})}function je(e){let t={west:1/0,south:1/0,east:-1/0,north:-1/0};for(let n of e)for(let[e,r]of n.flat(2))t.west=Math.min(t.west,e),t.east=Math.max(t.east,e),t.south=Math.min(t.south,r),t.north=Math.max(t.north,r);return t}function Me(e,t){let n=new Path2D;for(let r of e.flat())r.forEach((e,r)=>{let[i,a]=t(e);r===0?n.moveTo(i,a):n.lineTo(i,a)}),n.closePath();return n}var M=15e3,N=class{#e;#t=new Map;#n=new Map;#r=!1;constructor(e){this.#e=e}runAll(){for(let e of this.#e)this.#i(e)}isFresh(e){let t=performance.now();return this.#e.every(n=>t-(this.#n.get(n)??-1/0)<n[0]+e)}stop(){this.#r=!0;for(let e of this.#t.values())clearTimeout(e)}async#i(e){let[t,n]=e,r=t;this.#a(e,t+M);try{await n(),this.#n.set(e,performance.now())}catch{r=M}this.#r||this.#a(e,r)}#a(e,t){clearTimeout(this.#t.get(e)),this.#t.set(e,setTimeout(()=>void this.#i(e),t))}},P=({id:e,version:t,status:n,location:r})=>({id:e,version:t,status:n,longitude:r.longitude,latitude:r.latitude});function Ne(e,t){let n=e.get(t.reportId);if(!t.report)return e.delete(t.reportId),n?{kind:`gone`,mark:n}:null;if(n&&n.version>t.report.version)return null;let r=P(t.report);if(F(e,r),n&&n.status!==r.status)return{kind:`status`,mark:r};if(!n&&t.kind===`SUBMITTED`)return{kind:`new`,mark:r};if(!n&&t.kind===`STATUS_CHANGED`)return{kind:`status`,mark:r};let i=n&&(n.latitude!==r.latitude||n.longitude!==r.longitude);return n&&!i?null:{kind:`seen`,mark:r,from:n}}function F(e,t){e.delete(t.id),e.set(t.id,t),e.size>4e3&&e.delete(e.keys().next().value)}function Pe(e){let t=new Map;for(let n of e.toReversed())F(t,P(n));return t}var Fe=new Set([`SUBMITTED`,`STATUS_CHANGED`,`REOPENED`,`ASSIGNED`,`TRANSFERRED`,`RATED`,`RESPONSE_OVERDUE`,`PROCESSING_OVERDUE`]);function Ie(e,t){let n=t.filter(e=>e.report&&Fe.has(e.kind));return n.length===0?e:[...n.toReversed(),...e].slice(0,8)}var I={standings:new Map,moves:new Map};function Le(e,{snapshot:t,standings:n,shifts:r}){let i=new Map(t?[]:e.standings),a=new Map(e.moves);for(let r of n){let{code:n}=r.subject;t&&L(a,r.subject,e.standings.get(n)?.rank??null,r.rank),r.rank!==null&&r.rank<=200?i.set(n,r):i.delete(n)}for(let{subject:e,fromRank:t,toRank:n}of r)L(a,e,t,n);return{standings:i,moves:a}}function L(e,{code:t,name:n},r,i){let a=e.get(t)?.from??r;a===null||i===null||a===i?e.delete(t):e.set(t,{code:t,name:n,from:a,to:i})}var Re=[`ABOVE`,`AVERAGE`,`BELOW`,null];function ze({standings:e},t,n){let r=({band:e})=>t===`RESPONSIVENESS`?Re.indexOf(e):0;return Array.from(e,([e,{rank:t,subject:n,band:r,points:i,responsiveness:a}])=>({code:e,name:n.name,rank:t??0,band:r,points:i,responsiveness:a})).filter(({rank:e})=>e>0).sort((e,t)=>r(e)-r(t)||e.rank-t.rank||(e.code<t.code?-1:1)).slice(0,n)}function Be({moves:e},t){let n=({from:e,to:t})=>Math.abs(e-t);return[...e.values()].sort((e,t)=>n(t)-n(e)||e.to-t.to).slice(0,t)}var R=864e5,z=6e4,Ve=e=>Math.floor(e/z)*z-7*R;function He(e,t,n,r){let i=new Map(e.map(e=>[e.day,e[t]]));return Array.from({length:r},(e,t)=>i.get(B(n,r-t))??0)}var B=(e,t)=>new Date(Date.parse(`${e}T00:00:00Z`)-t*R).toISOString().slice(0,10),Ue=e=>`${e}T00:00:00+07:00`,V=1e3,H=60*V,We=10,Ge=12,Ke=1500,qe=5*H,Je=1500,U={wide:11,narrow:10},Ye=class{liveness=m({isLive:!1,since:null});day=m(a(_()));time=m(_());numbers=m(null);before=m(null);history=m([]);metric=m(`RESPONSIVENESS`);board=m(null);bands=m(new Map);clusters=m([]);watchlist=m(null);agencies=m(null);movesSince=m(_());lines=m([]);events=m(0);client;marks=new Map;#e;#t=new De(e=>this.#b(e));#n=[];#r=new N([[H,()=>this.#T()],[H,()=>this.#E()],[H,async()=>void(this.agencies.value=(await this.ask(we,{})).agencies)],[5*H,()=>this.#D()],[5*H,async()=>void(this.watchlist.value=(await this.ask(Ce,{})).watchlist)],[10*H,()=>this.#O()]]);#i;#a;#o;#s;#c;#l=I;#u=[];#d=!1;#f=0;#p=!1;constructor(){let{client:e,live:t}=oe();this.client=e,this.#e=t}start(){let e=()=>this.#e.renew();addEventListener(`offline`,e);let t=setInterval(()=>this.#m(),V),n=setInterval(()=>this.#w(),Ke),r=h(()=>this.#g(y.value===`live`));this.#n.push(()=>removeEventListener(`offline`,e),()=>clearInterval(t),()=>clearInterval(n),r),this.#a=new A(e=>this.#v(e)),this.#h()}stop(){for(let e of[this.#a,this.#o,this.#s])e?.stop();this.#r.stop(),this.#t.stop();for(let e of this.#n.splice(0))e();this.#e.dispose()}showOn(e){this.#i=e??void 0,e?.drawAgain()}#m(){this.time.value=_();let e=a(this.time.value);e!==this.day.value&&(this.day.value=e,this.#h()),this.#_()}#h(){this.#o?.stop(),this.#s?.stop(),this.#l=I,v(()=>{this.movesSince.value=_(),this.numbers.value=null,this.before.value=null,this.board.value=null,this.metric.value=`RESPONSIVENESS`}),this.marks.clear(),this.#i?.drawAgain(),this.#o=new A(e=>this.#x(e)),this.#s=new A(e=>this.#S(e)),this.#r.runAll()}#g(e){this.#p=!1,e&&(this.#f=performance.now()),e&&this.#d&&this.#r.runAll(),this.#d||=e,this.#_()}#_(){let e=[this.#a,this.#o,this.#s].every(e=>e?.isWell??!1),t=y.peek()===`live`&&performance.now()-this.#f>Je&&this.#p&&e&&this.#r.isFresh(qe);t!==this.liveness.peek().isLive&&(this.liveness.value=t?{isLive:t}:{isLive:t,since:_()})}async#v(e){this.#c===void 0&&await this.#y();let{unsubscribe:t}=this.#k(e,_e,{after:this.#c??null},({reportFeed:e})=>{this.#c=e.cursor,this.#t.add(e)});return e.begun(),t}async#y(){let e=Ue(this.day.peek()),t=[],n,r=null;for(let i=0;i<We;i++){let{reports:i}=await this.ask(ge,{from:e,after:r});if(n??=i.cursor,t.push(...i.edges.map(({node:e})=>e)),!i.pageInfo.hasNextPage)break;r=i.pageInfo.endCursor}this.marks.clear();for(let[e,n]of Pe(t))this.marks.set(e,n);this.#i?.drawAgain(),this.#c=n}#b(e){this.events.value+=e.length;let t=e.filter(({at:e})=>a(e)>=this.day.peek()),n=t.map(e=>Ne(this.marks,e)).filter(e=>e!==null);n.length>0&&this.#i?.apply(n),this.#u=Ie(this.#u,t)}async#x(e){let t={from:this.day.peek()};return this.#k(e,ve,t,({reportStatisticsChanged:{rows:e}})=>{this.#p=!0,this.numbers.value=e[0]??null,this.#_()}).unsubscribe}async#S(e){let t={metric:this.metric.peek(),first:200};return this.#k(e,xe,t,({leaderboardChanged:e})=>{this.#l=Le(this.#l,e);let t=e.standings.filter(({rank:e})=>e!==null).length;e.snapshot&&this.metric.peek()===`RESPONSIVENESS`&&t<Ge&&this.#C()}).unsubscribe}#C(){this.metric.value=`POINTS`,this.#l=I,this.#s?.stop(),this.#s=new A(e=>this.#S(e))}#w(){v(()=>{this.#l!==I&&(this.board.value=this.#l),this.lines.value=this.#u})}async#T(){let e=Ve(_()),t=a(e),{whole:n,received:r,processed:i}=await this.ask(ye,{day:t,until:new Date(e).toISOString()});this.before.value={day:t,until:e,received:r.rows[0]?.received??0,processed:i.rows[0]?.processed??0,respondedAllDay:n.rows[0]?.responded??0}}async#E(){let e=matchMedia(`(min-width: 40rem)`).matches?U.wide:U.narrow;this.clusters.value=(await this.ask(D,{within:Ae,zoom:e})).reportClusters}async#D(){let{leaderboard:e}=await this.ask(Se,{}),t=e?.standings.edges.map(({node:e})=>e)??[];this.bands.value=new Map(t.map(({subject:e,band:t})=>[e.code,t]))}async#O(){let e=this.day.peek(),t={from:B(e,30),to:B(e,1)},{reportStatistics:n}=await this.ask(be,t);this.history.value=n.rows}async ask(e,t){let{data:n,error:r}=await this.client.query(e,t).toPromise();if(!n)throw r??Error(`no answer`);return n}#k(e,t,n,r){return S(this.client.subscription(t,n),re(()=>e.failed()),ie(({data:t,error:n})=>{t&&!n?(e.received(),r(t)):(n?.graphQLErrors.some(({extensions:e})=>String(e.code).startsWith(`CURSOR_`))&&(this.#c=void 0,this.#r.runAll()),e.failed())}))}},W=se({title:`Ruang Kendali`,notLiveSince:e=>`Tidak langsung sejak ${e}`,today:`Hari ini`,received:`Laporan masuk`,responded:`Dijawab`,processed:`Selesai diproses`,open:`Masih terbuka`,overdue:`Lewat batas waktu`,compared:(e,t,n,r)=>`${e} dibanding ${t} sampai ${n} (${r})`,same:(e,t,n)=>`Sama dengan ${e} sampai ${t} (${n})`,wholeDay:(e,t)=>`${e} sehari penuh: ${t}`,openHint:`Semua yang belum selesai, juga dari hari-hari lalu`,overdueHint:e=>`${e} dari semua yang masih terbuka`,byDay:`30 hari sampai kemarin`,bySubmission:`menurut hari masuk, sampai kemarin`,events:`Baru saja`,noEvents:`Belum ada kejadian sejak layar ini dibuka.`,place:(e,t)=>`${e} di ${t}`,event:{submitted:`laporan baru`,began:`mulai ditindaklanjuti`,fixed:`selesai ditangani`,duplicate:`digabung dengan laporan lain`,outOfRemit:`di luar kewenangan`,invalid:`dinilai tidak valid`,withdrawn:`ditarik pelapor`,waiting:`kembali menunggu`,reopened:`dibuka kembali`,assigned:e=>`sekarang di ${e}`,rated:e=>`dinilai ${e} dari 5 bintang`,responseOverdue:`belum dijawab, lewat batas waktu`,processingOverdue:`belum selesai, lewat batas waktu`},map:`Peta Jakarta: laporan hari ini dan penilaian tiap kelurahan`,islands:`Kepulauan Seribu`,legendToday:`Bergerak hari ini`,legendOpen:`Semua yang terbuka di sekitarnya`,legendBands:`Kelurahan bulan ini`,board:e=>`Paling tanggap, ${e}`,boardPoints:e=>`Poin terbanyak, ${e}`,boardHint:`Skor 0–100. Yang di atas rata-rata lebih dulu.`,boardPointsHint:`Skor tanggap tampil setelah cukup banyak laporan dijawab.`,boardEmpty:`Belum ada poin bulan ini.`,rank:e=>`Peringkat ${e}`,moves:e=>`Naik turun sejak ${e}`,noMoves:`Belum ada yang naik atau turun.`,up:(e,t)=>`naik dari ${e} ke ${t}`,down:(e,t)=>`turun dari ${e} ke ${t}`,watchlist:`Perlu perhatian`,watchlistCount:e=>`${e} kelurahan`,watchlistEmpty:`Bulan ini belum ada kelurahan yang tertinggal jauh.`,reasons:(e,t,n)=>`Tepat waktu: ${e} dijawab, ${t} selesai · ${n} terlambat`,agencies:`Penerusan ke instansi lain`,agenciesEmpty:`Tidak ada instansi luar.`,backlog:`belum terkirim`,unconnected:`belum tersambung`},{title:`Control room`,notLiveSince:e=>`Not live since ${e}`,today:`Today`,received:`Reports`,responded:`Answered`,processed:`Processed`,open:`Open`,overdue:`Overdue`,compared:(e,t,n,r)=>`${e} compared with ${t} until ${n} (${r})`,same:(e,t,n)=>`As on ${e} until ${t} (${n})`,wholeDay:(e,t)=>`All of ${e}: ${t}`,openHint:`All that are not done, also from earlier days`,overdueHint:e=>`${e} of all that are open`,byDay:`30 days until yesterday`,bySubmission:`by the day they came, until yesterday`,events:`Just now`,noEvents:`Nothing has happened since this screen was opened.`,place:(e,t)=>`${e} in ${t}`,event:{submitted:`new report`,began:`work has begun`,fixed:`fixed`,duplicate:`merged into another report`,outOfRemit:`out of remit`,invalid:`closed as invalid`,withdrawn:`withdrawn by the reporter`,waiting:`waiting again`,reopened:`reopened`,assigned:e=>`now with ${e}`,rated:e=>`rated ${e} of 5 stars`,responseOverdue:`not answered in time`,processingOverdue:`not processed in time`},map:`Map of Jakarta: today's reports, and how each kelurahan is doing`,islands:`Kepulauan Seribu`,legendToday:`Moved today`,legendOpen:`All that are open around here`,legendBands:`Kelurahan this month`,board:e=>`Most responsive, ${e}`,boardPoints:e=>`Most points, ${e}`,boardHint:`Score 0–100. Those above average come first.`,boardPointsHint:`The responsiveness score shows once enough reports are answered.`,boardEmpty:`No points this month yet.`,rank:e=>`Rank ${e}`,moves:e=>`Moves since ${e}`,noMoves:`Nobody has moved yet.`,up:(e,t)=>`up from ${e} to ${t}`,down:(e,t)=>`down from ${e} to ${t}`,watchlist:`Needs attention`,watchlistCount:e=>`${e} kelurahan`,watchlistEmpty:`No kelurahan is far behind this month.`,reasons:(e,t,n)=>`In time: ${e} answered, ${t} processed · ${n} overdue`,agencies:`Forwarding to other agencies`,agenciesEmpty:`There are no outside agencies.`,backlog:`not sent yet`,unconnected:`not connected`});function Xe({wall:e}){let t=e.lines.value;return C(`section`,{class:`panel latest`,"aria-label":W().events,children:[C(`h2`,{children:W().events}),t.length===0&&C(`p`,{class:`empty`,children:W().noEvents}),C(`ol`,{children:t.map(e=>C(`li`,{children:[e.report&&C(r,{status:e.report.status}),C(`time`,{class:`hint`,dateTime:e.at,children:s(e.at)}),C(`span`,{class:`clip`,children:e.report&&W().place(e.report.category.name,e.report.kelurahan.name)}),C(`strong`,{class:`clip`,children:Ze(e)})]},e.id))})]})}function Ze(e){let t=W().event;switch(e.kind){case`SUBMITTED`:return t.submitted;case`REOPENED`:return t.reopened;case`ASSIGNED`:case`TRANSFERRED`:return t.assigned(e.toHandler?.name??e.report?.kelurahan.name??``);case`RATED`:return t.rated(e.stars??0);case`RESPONSE_OVERDUE`:return t.responseOverdue;case`PROCESSING_OVERDUE`:return t.processingOverdue;default:return Qe(e)}}function Qe({toStatus:e,resolution:t}){let n=W().event;if(e===`WAITING`)return n.waiting;if(e===`IN_PROGRESS`)return n.began;switch(t){case`DUPLICATE`:return n.duplicate;case`OUT_OF_REMIT`:return n.outOfRemit;case`INVALID`:return n.invalid;case`WITHDRAWN`:return n.withdrawn;default:return n.fixed}}var $e=3;function et({wall:e}){let t=e.watchlist.value;return C(`section`,{class:`panel watchlist`,"aria-label":W().watchlist,children:[C(`div`,{class:`spread`,children:[C(`h2`,{children:W().watchlist}),t&&t.length>0&&C(`p`,{class:`hint`,children:W().watchlistCount(f(t.length))})]}),t?.length===0&&C(`p`,{class:`empty`,children:W().watchlistEmpty}),C(`ul`,{children:t?.slice(0,$e).map(e=>C(`li`,{children:[C(`span`,{class:`spread`,children:[C(`span`,{class:`clip name`,children:e.subject.name}),C(u,{band:e.band})]}),C(`span`,{class:`hint clip`,children:tt(e)})]},e.id))})]})}function tt({scorecard:e}){if(!e)return``;let{respondedOnTime:t,processedOnTime:r,overdue:i}=e,a=e=>e===null?`–`:n(e);return W().reasons(a(t),a(r),f(i))}var nt=4;function rt({wall:e}){let t=e.agencies.value?.filter(({kind:e})=>e===`EXTERNAL`);return C(`section`,{class:`panel backlogs`,"aria-label":W().agencies,children:[C(`div`,{class:`spread`,children:[C(`h2`,{children:W().agencies}),C(`p`,{class:`hint`,children:W().backlog})]}),t?.length===0&&C(`p`,{class:`empty`,children:W().agenciesEmpty}),C(`ul`,{children:t?.sort((e,t)=>t.backlog-e.backlog||(e.code<t.code?-1:1)).slice(0,nt).map(e=>C(`li`,{children:[C(`span`,{class:`clip name`,children:e.name}),!e.connected&&C(`span`,{class:`hint`,children:W().unconnected}),C(`span`,{class:`value number`,children:f(e.backlog)})]},e.id))})]})}var it=12,at=4;function ot({wall:e}){let t=e.board.value,n=e.metric.value,r=n===`RESPONSIVENESS`,a=t?ze(t,n,it):[],o=i(`${e.day.value}T12:00:00+07:00`);return C(te,{children:[C(`section`,{class:`panel ranking`,"aria-label":r?W().board(o):W().boardPoints(o),children:[C(`h2`,{children:r?W().board(o):W().boardPoints(o)}),C(`p`,{class:`hint`,children:r?W().boardHint:W().boardPointsHint}),t&&a.length===0?C(`p`,{class:`empty`,children:W().boardEmpty}):C(st,{rows:a,moves:t?.moves??new Map,isFair:r})]}),C(`section`,{class:`panel moves`,"aria-label":W().moves(s(e.movesSince.value)),children:[C(`h2`,{children:W().moves(s(e.movesSince.value))}),C(ct,{moves:t?Be(t,at):[]})]})]})}function st({rows:e,moves:t,isFair:n}){let r=b(null);return dt(r,e.map(({code:e})=>e)),C(`ol`,{ref:r,children:e.map(e=>{let r=t.get(e.code);return C(`li`,{"data-code":e.code,children:[C(`span`,{class:`rank number`,children:[C(`span`,{class:`visually-hidden`,children:W().rank(e.rank)}),C(`span`,{"aria-hidden":`true`,children:e.rank})]}),C(c,{band:e.band}),C(`span`,{class:`clip name`,children:e.name}),r&&C(G,{move:r}),C(`span`,{class:`score number`,children:n&&e.responsiveness!==null?d(e.responsiveness):f(e.points)})]},e.code)})})}function G({move:{from:e,to:t}}){return C(`span`,{class:`shift number`,"data-up":t<e,children:[C(`svg`,{viewBox:`0 0 16 16`,"aria-hidden":`true`,children:C(`path`,{d:t<e?`M8 3l6 10H2z`:`M8 13L2 3h12z`,fill:`currentColor`})}),C(`span`,{"aria-hidden":`true`,children:[e,` → `,t]}),C(`span`,{class:`visually-hidden`,children:t<e?W().up(e,t):W().down(e,t)})]})}function ct({moves:e}){return e.length===0?C(`p`,{class:`empty`,children:W().noMoves}):C(`ul`,{children:e.map(e=>C(`li`,{children:[C(`span`,{class:`clip name`,children:e.name}),C(G,{move:e})]},e.code))})}var lt=900,ut=`cubic-bezier(.3, .1, .2, 1)`;function dt(e,t){let n=b([]);ae(()=>{let r=n.current;n.current=t;let i=[...e.current?.children??[]];if(r.length===0||i.length===0||matchMedia(`(prefers-reduced-motion: reduce)`).matches)return;let a=i[0]?.offsetHeight??0;i.forEach((e,n)=>{let i=r.indexOf(t[n]??``);if(i===n)return;let o=i<0?{opacity:0,transform:`translateY(${a}px)`}:{opacity:1,transform:`translateY(${(i-n)*a}px)`};e.animate([o,{opacity:1,transform:`none`}],{duration:lt,easing:ut})})},[t.join()])}var ft=[`received`,`responded`,`processed`,`open`,`overdue`];function pt({wall:e}){return C(`section`,{class:`today`,"aria-label":W().today,children:ft.map(t=>C(mt,{wall:e,name:t},t))})}function mt({wall:e,name:t}){let n=e.numbers.value,r=t!==`open`&&t!==`overdue`,i=He(e.history.value,t,e.day.value,30);return C(`div`,{class:`panel figure`,children:[C(`h2`,{children:W()[t]}),C(`p`,{class:`value number`,"data-figure":t,children:n?f(n[t]):`–`}),C(`p`,{class:`compared`,children:n?ht(e,t,n):` `}),C(gt,{values:i,label:r?W().byDay:W().bySubmission})]})}function ht(e,r,i){if(r===`open`)return W().openHint;if(r===`overdue`)return i.open===0?``:W().overdueHint(n(i.overdue/i.open));let a=e.before.value;if(!a)return` `;let o=t(a.until);if(r===`responded`)return W().wholeDay(o,f(a.respondedAllDay));let c=i[r]-a[r],l=s(a.until);if(c===0)return W().same(o,l,f(a[r]));let u=`${c>0?`+`:`−`}${f(Math.abs(c))}`;return W().compared(u,o,l,f(a[r]))}var K=100,q=24;function gt({values:e,label:t}){let n=w([0,e.length-1],[0,K]),r=w([0,Math.max(1,...e)],[23,1]),i=e.map((e,t)=>[n(t),r(e)]);return C(`figure`,{class:`sparkline`,children:[C(`svg`,{viewBox:`0 0 ${K} ${q}`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[C(`path`,{class:`ground`,d:le().y0(q)(i)??``}),C(`path`,{class:`line`,d:ce()(i)??``})]}),C(`figcaption`,{children:t})]})}function _t({wall:e}){let t=b(null);return g(()=>{let n=new Et(t.current,e);return()=>n.remove()},[e]),C(`section`,{class:`panel wall-map`,"aria-label":W().map,children:[C(`div`,{ref:t,class:`picture`,role:`img`,"aria-label":W().map}),C(vt,{})]})}function vt(){return C(`div`,{class:`legend`,children:[C(`ul`,{"aria-label":W().legendToday,children:[C(`li`,{class:`head`,children:W().legendToday}),[`WAITING`,`IN_PROGRESS`,`PROCESSED`].map(e=>C(`li`,{children:[C(r,{status:e}),` `,o().statusShort[e]]},e)),C(`li`,{children:[C(`svg`,{class:`open-mark`,viewBox:`0 0 32 32`,"aria-hidden":`true`,children:[C(`circle`,{cx:`16`,cy:`16`,r:`13`}),C(`path`,{d:`M16 3a13 13 0 1 1-12.4 17`}),C(`text`,{x:`16`,y:`21`,children:`9`})]}),W().legendOpen]})]}),C(`ul`,{class:`bands`,"aria-label":W().legendBands,children:[C(`li`,{class:`head`,children:W().legendBands}),[`ABOVE`,`AVERAGE`,`BELOW`,null].map(e=>C(`li`,{children:C(u,{band:e})},e))]})]})}var yt={WAITING:`--waiting`,IN_PROGRESS:`--in-progress`,PROCESSED:`--processed`},bt={ABOVE:`--band-above`,AVERAGE:`--band-average`,BELOW:`--band-below`},xt=12,St=1600,J=45,Ct=.65,Y=.3,wt=.7,Tt=864e5,Et=class{#e;#t;#n=X();#r=X();#i=X();#a=X();#o=[];#s=matchMedia(`(prefers-color-scheme: dark)`);#c=matchMedia(`(prefers-reduced-motion: reduce)`);#l;#u;#d;#f=[];#p=[];#m=[];#h;#g;#_=16;constructor(e,t){this.#e=e,this.#t=t,e.append(this.#n,this.#r,this.#i,this.#a);for(let t=0;t<xt;t++){let t=document.createElement(`span`);t.className=`pulse`,e.append(t),this.#o.push(t)}this.#l=new ResizeObserver(()=>this.#y()),this.#l.observe(e),this.#s.addEventListener(`change`,this.#b),this.#u=new N([[Tt,()=>this.#v()]]),this.#u.runAll(),t.showOn(this),this.#d=[h(()=>this.#x(t.bands.value)),h(()=>{this.#S(t.clusters.value),this.#C()})]}remove(){this.#t.showOn(null);for(let e of this.#d)e();this.#u.stop(),this.#s.removeEventListener(`change`,this.#b),this.#l.disconnect(),this.#e.replaceChildren()}drawAgain(){this.#C()}apply(e){let t=e.every(({kind:e,...t})=>e!==`gone`&&!(`from`in t&&t.from));t||this.#C();let n=this.#i.getContext(`2d`);for(let{kind:r,mark:i}of e)r!==`gone`&&(t&&this.#w(n,i),r!==`seen`&&this.#T(i))}async#v(){let{kelurahans:e}=await this.#t.ask(ue,{});this.#f=e.edges.map(({node:e})=>e),this.#y()}#y(){let{clientWidth:e,clientHeight:t}=this.#e;if(e===0||this.#f.length===0)return;let n=devicePixelRatio,[r,i]=[Math.round(e*n),Math.round(t*n)];for(let e of[this.#n,this.#r,this.#i,this.#a])e.width=r,e.height=i;let a=parseFloat(getComputedStyle(document.documentElement).fontSize);this.#_=Math.max(Ct,Math.min(1,e/(J*a)))*a*n;let o=({code:e})=>e.startsWith(ke),s=e=>e.boundary.coordinates,c=this.#_/2,l=j(Oe,{x:c,y:c,width:r-2*c,height:i-2*c}),u=Math.min(r,i)*.27;this.#h={x:c,y:i-u*1.25-c,width:u,height:u*1.25};let{x:d,y:f}=this.#h,p=j(je(this.#f.filter(o).map(s)),{x:d+c,y:f+2.2*this.#_,width:u-2*c,height:u*1.25-2.2*this.#_-c});this.#m=[l,p],this.#p=this.#f.map(e=>{let t=o(e)?p:l,n=t([e.centre.longitude,e.centre.latitude]);return{code:e.code,path:Me(s(e),t),centre:n}}),this.#b()}#b=()=>{let e=this.#_;for(let t of this.#o){let n=2*Y*e/devicePixelRatio;t.style.width=t.style.height=`${n}px`,t.style.margin=`${-n/2}px`}this.#g={WAITING:$(Y*e,`WAITING`),IN_PROGRESS:$(Y*e,`IN_PROGRESS`),PROCESSED:$(Y*e,`PROCESSED`)},this.#x(this.#t.bands.peek()),this.#S(this.#t.clusters.peek()),this.#C()};#x(e){let t=Q(this.#n),n=this.#_;if(t.lineWidth=Math.max(1,n/20),t.strokeStyle=Z(`--paper`),this.#h){let{x:e,y:r,width:i,height:a}=this.#h;t.fillStyle=Z(`--sunk`),t.fillRect(e,r,i,a),t.fillStyle=Z(`--muted`),t.font=`600 ${n*.875}px ${Z(`--font`)}`,t.fillText(W().islands,e+n/2,r+n*1.35,i-n)}for(let{code:n,path:r}of this.#p){let i=e.get(n);t.fillStyle=Z(i?bt[i]:`--band-none`),t.globalAlpha=i&&i!==`AVERAGE`?.8:1,t.fill(r),t.globalAlpha=1,t.stroke(r)}t.fillStyle=Z(`--ink`);for(let{code:r,centre:i}of this.#p){let a=e.get(r);(a===`ABOVE`||a===`BELOW`)&&Dt(t,i,n*.32,a===`ABOVE`)}}#S(e){let t=Q(this.#r),n=Q(this.#a),r=Math.max(1,...e.map(({count:e})=>e)),i=this.#_;n.textAlign=`center`,n.textBaseline=`middle`,n.lineJoin=`round`,n.lineWidth=i*.3,n.fillStyle=Z(`--ink`),n.strokeStyle=Z(`--sheet`);for(let{centre:a,count:o,waiting:s}of e){let e=this.#E(a);if(!e)continue;let c=i*(wt+.8*Math.sqrt(o/r)),l=-Math.PI/2,u=l+2*Math.PI*s/o;t.beginPath(),t.arc(...e,c,0,2*Math.PI),t.globalAlpha=.88,t.fillStyle=Z(`--sheet`),t.fill(),t.globalAlpha=1,t.lineWidth=i*.2;for(let[n,r,i]of[[l,u,`--waiting`],[u,l+2*Math.PI,`--in-progress`]])r-n<.01||(t.beginPath(),t.arc(...e,c,n,r),t.strokeStyle=Z(i),t.stroke());let d=f(o);n.font=`650 ${Math.min(i*.9,c*3/(d.length+.6))}px ${Z(`--font`)}`,n.strokeText(d,e[0],e[1]+i*.04),n.fillText(d,e[0],e[1]+i*.04)}}#C(){let e=Q(this.#i);for(let t of this.#t.marks.values())this.#w(e,t)}#w(e,t){let n=this.#E(t),r=this.#g?.[t.status];n&&r&&e.drawImage(r,n[0]-r.width/2,n[1]-r.height/2)}#T(e){let t=this.#E(e);if(!t||this.#c.matches||document.hidden)return;let n=this.#o.pop();if(!n)return;n.dataset.status=e.status;let r=`translate(${t[0]/devicePixelRatio}px, ${t[1]/devicePixelRatio}px)`,i=[{transform:`${r} scale(0.8)`,opacity:.9},{transform:`${r} scale(3.4)`,opacity:0}],a=n.animate(i,{duration:St,easing:`ease-out`});a.onfinish=()=>this.#o.push(n)}#E({longitude:e,latitude:t}){let n=[e,t],r=this.#m.find(e=>e.has(n));return r?r(n):null}},X=()=>document.createElement(`canvas`),Z=e=>getComputedStyle(document.documentElement).getPropertyValue(e).trim();function Q(e){let t=e.getContext(`2d`);return t.clearRect(0,0,e.width,e.height),t}function Dt(e,[t,n],r,i){let a=i?-r:r;e.beginPath(),e.moveTo(t,n+a),e.lineTo(t+r,n-a*.8),e.lineTo(t-r,n-a*.8),e.fill()}function $(e,t){let n=e*.3,r=Math.ceil(2*(e+n)),i=Object.assign(X(),{width:r,height:r}),a=i.getContext(`2d`);a.translate(r/2,r/2);let o=(e,t,n=0,r=2*Math.PI)=>{a.beginPath(),a.arc(0,0,e,n,r),a.fillStyle=Z(t),a.fill()};return o(e+n,`--paper`),o(e,yt[t]),t===`WAITING`&&o(e*.42,`--sheet`),t===`IN_PROGRESS`&&o(e*.68,`--sheet`,Math.PI/2,Math.PI*1.5),t===`PROCESSED`&&(a.strokeStyle=Z(`--sheet`),a.lineWidth=e*.28,a.beginPath(),a.moveTo(-e*.45,e*.02),a.lineTo(-e*.12,e*.36),a.lineTo(e*.48,-e*.34),a.stroke()),i}function Ot(){let e=ee(()=>new Ye,[]),t=b(null);g(()=>(e.start(),()=>e.stop()),[e]),pe(e),me();let n=he();p(()=>{t.current&&(t.current.dataset.events=String(e.events.value))});let{isLive:r}=e.liveness.value;return C(`main`,{id:`content`,ref:t,class:`wall`,"data-live":r,style:{transform:n},children:[C(`header`,{children:[C(`h1`,{children:[C(`img`,{src:`/static/tanggap.svg`,alt:``,width:34,height:14}),W().title]}),C(At,{wall:e}),C(kt,{wall:e})]}),C(`div`,{class:`left`,children:[C(pt,{wall:e}),C(Xe,{wall:e})]}),C(_t,{wall:e}),C(`div`,{class:`right`,children:[C(ot,{wall:e}),C(et,{wall:e}),C(rt,{wall:e})]})]})}function kt({wall:t}){let n=t.time.value;return C(`p`,{class:`clock`,children:[C(`span`,{children:e(n)}),C(`time`,{class:`number`,children:s(n)})]})}function At({wall:e}){let t=e.liveness.value,n=!t.isLive&&t.since===null,r=t.isLive?`live`:n?`connecting`:`lost`;return C(`p`,{class:`live`,"data-connection":r,role:`status`,children:[C(`span`,{class:`dot`,"aria-hidden":`true`}),t.isLive?o().live.live:t.since===null?o().live.connecting:W().notLiveSince(s(t.since))]})}l(Ot);