const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/background-DzYJnc_C.js","assets/NotFound-DU2yGwF3.js","assets/preact-Bt5E2x1M.js","assets/client-V02U534M.js","assets/marks-B0IaCd3b.js","assets/jsxRuntime-CkhVlPhK.js","assets/marks-D7mwT4Ix.css","assets/Lapor-BdOPvlsU.js","assets/categories-BcRSsOYz.js","assets/documents-Dd6z5eJX.js","assets/outbox-DnT-CeG2.js","assets/counts-C2CKWzMN.js","assets/PushSwitch-CxPEQY28.js","assets/texts-CIwTEaU7.js","assets/Lapor-B6PUVNIc.css","assets/MyReports-DffvcuRg.js","assets/news-8TWc5nLp.js","assets/MyReports-DC5Hd8ee.css"])))=>i.map(i=>d[i]);
import{c as e,d as t,i as n,n as r,s as i,t as a,u as o}from"./NotFound-DU2yGwF3.js";import{E as s,T as c,c as l,i as u,l as d,o as f,r as p}from"./marks-B0IaCd3b.js";import{E as m,b as h,j as g,k as _,o as v,t as y}from"./client-V02U534M.js";import{t as b}from"./jsxRuntime-CkhVlPhK.js";var x=2e3;function S(){setTimeout(()=>{o(async()=>{let{startInBackground:e}=await import(`./background-DzYJnc_C.js`);return{startInBackground:e}},__vite__mapDeps([0,1,2,3,4,5,6])).then(({startInBackground:e})=>e()).catch(()=>{})},x)}function C(e,t){let[n,r]=l({query:e,variables:t??{},pause:t===null,requestPolicy:`cache-and-network`}),i=g(()=>r({requestPolicy:`network-only`}),[r]),a=n.error!==void 0&&n.data===void 0;return{data:n.data,failed:a,loading:n.fetching,reload:i}}function w(e,t,n){let r=_(void 0),i=_(n);i.current=n;let a=JSON.stringify({...t,after:void 0});t!==null&&r.current?.key!==a&&(r.current={key:a,variables:t}),d({query:e,variables:t===null?{}:r.current?.variables,pause:t===null},(e,t)=>{i.current(t)})}function T(e,t){let n=_(void 0),r=_(e);return r.current=e,m(()=>()=>clearTimeout(n.current),[]),g(()=>{n.current??=setTimeout(()=>{n.current=void 0,r.current()},t)},[t])}var E=4;function D(){return Array.from(crypto.getRandomValues(new Uint8Array(16)),e=>e.toString(16).padStart(2,`0`)).join(``)}async function O(e,t){let n=JSON.stringify(t).includes(`"idempotencyKey":"`)?E:1,r;for(let i=1;r=await y.peek().mutation(e,t).toPromise(),!(!k(r)||i>=n||!navigator.onLine);i++)await new Promise(e=>setTimeout(e,1e3*2**(i-1)));return{data:r.data,problems:A(r)}}function k({error:e,data:t}){return!!e?.networkError&&!t}function A(e){if(k(e))return[{code:`UNREACHABLE`,message:``,field:void 0}];if(e.error)return[{code:`REFUSED`,message:e.error.graphQLErrors[0]?.message??e.error.message,field:void 0}];let t=Object.values(e.data??{}),n=e.extensions?.retryAfter;return t.flatMap(e=>(e?.errors??[]).map(({code:e,message:t,field:r})=>({code:e,message:t,field:r?.at(-1),...e===`RATE_LIMITED`&&n&&{retryAfter:n}})))}var j=v(`
  fragment ReportLine on Report {
    id
    number
    version
    title
    status
    resolution
    submittedAt
    supportCount
    commentCount
    location {
      latitude
      longitude
    }
    category {
      id
      code
      name
      icon
      colour
      group
    }
    kelurahan {
      id
      code
      name
    }
  }
`),M=v(`
    query NewestReports($filter: ReportFilter, $first: Int) {
      reports(filter: $filter, orderBy: RECENTLY_CHANGED, first: $first) {
        cursor
        edges {
          node {
            ...ReportLine
          }
        }
      }
    }
  `,[j]),N=v(`
    subscription ReportFeed($filter: ReportFilter, $after: String) {
      reportFeed(filter: $filter, after: $after) {
        id
        cursor
        kind
        matchesFilter
        report {
          ...ReportLine
        }
      }
    }
  `,[j]),P=h({now:`Kota Anda sekarang`,report:`Lapor`},{now:`Your city now`,report:`Report`});function F(){let{data:t,failed:a,reload:o}=C(M,{first:20}),s=T(o,1e3);return w(N,t?{after:t.reports.cursor}:null,s),b(`main`,{id:`content`,class:`page narrow stack`,children:[b(`div`,{class:`spread`,children:[b(`h1`,{children:P().now}),b(p,{})]}),a&&b(n,{again:o}),!t&&!a&&b(i,{count:6,height:`4rem`}),b(`ul`,{class:`stack`,children:t?.reports.edges.map(({node:t})=>b(`li`,{class:`card row`,children:[b(e,{icon:t.category.icon,colour:t.category.colour}),b(`span`,{class:`clip`,children:t.title}),b(u,{status:t.status}),b(`span`,{class:`muted small`,children:[t.kelurahan.name,` · `,b(r,{at:t.submittedAt})]})]},t.id))})]})}var I=t(()=>o(()=>import(`./Lapor-BdOPvlsU.js`).then(e=>e.Lapor),__vite__mapDeps([7,2,4,3,5,6,1,8,9,10,11,12,13,14]))),L=t(()=>o(()=>import(`./MyReports-DffvcuRg.js`).then(e=>e.MyReports),__vite__mapDeps([15,2,3,8,4,5,6,9,10,11,1,13,16,12,17])));f(()=>b(s,{children:[b(c,{path:`/`,component:F}),b(c,{path:`/lapor`,component:I}),b(c,{path:`/laporan`,component:L}),b(c,{default:!0,component:a})]})),S();export{w as a,T as i,O as n,C as o,D as r,j as t};