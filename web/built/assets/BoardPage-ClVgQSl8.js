import{N as e,t,x as n}from"./marks-C9VxwOAG.js";import{A as r,I as i,L as a,P as o,j as s,o as c,y as l}from"./client-bP1_Fgek.js";import{A as u,I as d,N as f,j as p,k as m,z as h}from"./SignInForm-NkZFrR9o.js";import{m as g,v as _}from"./index-ITnZ9p4B.js";import{t as v}from"./jsxRuntime-Cbpk-N_e.js";var y=c(`
  fragment BoardRow on Standing {
    id
    rank
    points
    responsiveness
    band
    subject {
      __typename
      ... on Kelurahan {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
      ... on Agency {
        id
        code
        name
      }
    }
  }
`),b=c(`
    query Board($kind: BoardKind!, $period: Period!) {
      leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period) {
        id
        standings(first: 300) {
          edges {
            node {
              ...BoardRow
            }
          }
        }
      }
    }
  `,[y]),x=c(`
  subscription BoardChanged($kind: BoardKind!, $period: Period!) {
    leaderboardChanged(kind: $kind, metric: RESPONSIVENESS, period: $period) {
      cursor
      startsAt
      standings {
        id
        rank
        points
        responsiveness
        band
      }
    }
  }
`),S=[`ABOVE`,`AVERAGE`,`BELOW`,null];function C(e){let t=new Map(S.map(e=>[e,[]]));for(let n of e)t.get(n.band)?.push(n);for(let e of t.values())e.sort(w);return t}function w(e,t){return e.rank===t.rank?(e.subject.code??``)<(t.subject.code??``)?-1:1:(e.rank??1/0)<(t.rank??1/0)?-1:1}function T(e,t){let n=e=>e.normalize(`NFKD`).toLowerCase().replace(/[^a-z0-9]/g,``);return n(e).includes(n(t))}var E=l({title:`Peringkat`,bands:`Selisih beberapa peringkat sering hanya kebetulan. Karena itu kantor dikelompokkan dahulu: di atas rata-rata, rata-rata, dan di bawah rata-rata.`,points:`Kantor mendapat poin bila menjawab dan menyelesaikan laporan tepat waktu. Poinnya berkurang bila terlambat, dinilai buruk, atau laporannya dibuka kembali.`,toLedger:`Lihat catatan poin setiap kelurahan`,kind:`Yang dibandingkan`,kelurahan:`Kelurahan`,agencies:`Dinas`,period:`Masa`,month:`Bulan ini`,quarter:`Triwulan ini`,year:`Tahun ini`,find:`Cari nama di daftar ini`,count:e=>`${n(e)} kantor`,noMatch:`Tidak ada nama yang cocok.`,empty:`Belum ada.`,rank:e=>`Peringkat ${n(e)}`,unranked:`Tanpa peringkat`,score:e=>`Skor ${n(Math.round(e))}`,pointsOf:e=>`${n(e)} poin`,showAll:e=>`Tampilkan semua (${n(e)})`},{title:`Ranking`,bands:`A difference of a few ranks is often chance. So offices are in groups first: above average, average and below average.`,points:`Offices earn points for answers and fixes on time. They lose some when they are late, rated badly, or a report is reopened.`,toLedger:`See the points of each kelurahan`,kind:`Compared`,kelurahan:`Kelurahan`,agencies:`Agencies`,period:`Period`,month:`This month`,quarter:`This quarter`,year:`This year`,find:`Find a name in this list`,count:e=>`${n(e)} offices`,noMatch:`No name matches.`,empty:`None yet.`,rank:e=>`Rank ${n(e)}`,unranked:`No rank`,score:e=>`Score ${n(Math.round(e))}`,pointsOf:e=>`${n(e)} points`,showAll:e=>`Show all (${n(e)})`}),D=6e4,O=15;function k({kind:e,period:t,search:n}){let{data:r,failed:o,reload:c}=p(b,{kind:e,period:t}),l=m(c,D),f=s(void 0);u(x,{kind:e,period:t},({leaderboardChanged:{startsAt:e}})=>{f.current===e?l():f.current!==void 0&&c(),f.current=e});let g=i(()=>{let e=r?.leaderboard?.standings.edges.map(({node:e})=>e)??[];return C(n?e.filter(({subject:e})=>`name`in e&&T(e.name,n)):e)},[r,n]);if(o)return v(d,{again:c});if(!r)return v(h,{count:8,height:`3.75rem`});let _=[...g.values()].reduce((e,t)=>e+t.length,0);return v(a,{children:[v(`p`,{class:_>0?`visually-hidden`:`muted`,role:`status`,children:n&&(_>0?E().count(_):E().noMatch)}),S.map(e=>{let t=g.get(e)??[];return(t.length>0||e!==null&&!n)&&v(A,{band:e,rows:t},e)})]})}function A({band:e,rows:n}){let[r,i]=o(!1),a=s(null),c=r?n:n.slice(0,O);return g(a,c.map(({id:e})=>e).join()),v(`section`,{class:`board-group`,children:[v(`h2`,{children:[v(t,{band:e}),v(`span`,{class:`small muted number`,children:E().count(n.length)})]}),n.length===0&&v(`p`,{class:`muted`,children:E().empty}),v(`ol`,{class:`board-rows`,ref:a,children:c.map(e=>v(`li`,{"data-key":e.id,children:v(j,{row:e})},e.id))}),c.length<n.length&&v(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>i(!0),children:E().showAll(n.length)})]})}function j({row:{subject:e,rank:t,responsiveness:n,points:r}}){if(e.__typename!==`Kelurahan`&&e.__typename!==`Agency`)return null;let i=e.__typename===`Kelurahan`,o=v(a,{children:[v(`span`,{class:`rank number small muted`,children:[v(`span`,{class:`visually-hidden`,children:t===null?E().unranked:E().rank(t)}),v(`span`,{"aria-hidden":`true`,children:t??`–`})]}),v(`span`,{class:`who`,children:[v(`strong`,{class:`clip`,children:e.name}),i&&v(`span`,{class:`small muted clip`,children:e.kecamatan.name})]}),v(`span`,{class:`score number`,children:[n!==null&&v(`strong`,{children:E().score(n)}),v(`span`,{class:`small muted`,children:E().pointsOf(r)})]})]});return i?v(`a`,{class:`board-row`,href:`/kelurahan/${e.code}`,children:o}):v(`div`,{class:`board-row`,children:o})}var M=[`MONTH`,`QUARTER`,`YEAR`];function N(){let{query:t,route:n}=e(),r=t.jenis===`dinas`?`AGENCY`:`KELURAHAN`,i=M.find(e=>e===t.masa)??`MONTH`,[a,s]=o(``),c=(e,t)=>{let r=new URLSearchParams({...e===`AGENCY`&&{jenis:`dinas`},...t!==`MONTH`&&{masa:t}});n(r.size>0?`/peringkat?${r}`:`/peringkat`,!0)};return v(`main`,{id:`content`,class:`page board stack`,children:[v(f,{title:E().title}),v(`div`,{class:`board-words`,children:[v(`p`,{children:E().bands}),v(`p`,{children:[E().points,` `,v(`a`,{href:_.value.kind===`city`?`/kelurahan`:`/kelurahan/${_.value.code}`,children:E().toLedger})]})]}),v(`div`,{class:`board-choice`,children:[v(P,{label:E().kind,chosen:r,choices:[[`KELURAHAN`,E().kelurahan],[`AGENCY`,E().agencies]],onChoose:e=>c(e,i)}),v(P,{label:E().period,chosen:i,choices:[[`MONTH`,E().month],[`QUARTER`,E().quarter],[`YEAR`,E().year]],onChoose:e=>c(r,e)}),v(F,{value:a,onInput:s})]}),v(k,{kind:r,period:i,search:a.trim()},`${r} ${i}`)]})}function P({label:e,chosen:t,choices:n,onChoose:r}){return v(`div`,{class:`choice`,role:`group`,"aria-label":e,children:n.map(([e,n])=>v(`button`,{type:`button`,"aria-pressed":e===t,onClick:()=>r(e),children:n},e))})}function F({value:e,onInput:t}){let n=r();return v(`div`,{class:`board-search`,children:[v(`label`,{for:n,class:`visually-hidden`,children:E().find}),v(`input`,{id:n,type:`search`,class:`input`,autocomplete:`off`,placeholder:E().find,value:e,onInput:({currentTarget:e})=>t(e.value)})]})}export{N as default};