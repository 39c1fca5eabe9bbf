import{C as e,I as t,t as n}from"./marks-BMvaz3Zk.js";import{G as r,J as i,N as a,W as o,X as s,Z as c,a as l}from"./live-C0mGh1t2.js";import{A as u,B as d,L as f,N as p,j as m,k as h}from"./SignInForm-Cx8s2ng7.js";import{h as g,y as _}from"./index-bK6eAY4B.js";import{t as v}from"./jsxRuntime-DwnoluyB.js";var y=l(`
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
`),b=l(`
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
  `,[y]),x=l(`
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
`),S=[`ABOVE`,`AVERAGE`,`BELOW`,null];function C(e){let t=new Map(S.map(e=>[e,[]]));for(let n of e)t.get(n.band)?.push(n);for(let e of t.values())e.sort(w);return t}function w(e,t){return e.rank===t.rank?(e.subject.code??``)<(t.subject.code??``)?-1:1:(e.rank??1/0)<(t.rank??1/0)?-1:1}function T(e,t){let n=e=>e.normalize(`NFKD`).toLowerCase().replace(/[^a-z0-9]/g,``);return n(e).includes(n(t))}var E=a({title:`Peringkat`,bands:`Selisih beberapa peringkat sering hanya kebetulan. Karena itu kantor dikelompokkan dahulu: di atas rata-rata, rata-rata, dan di bawah rata-rata.`,points:`Kantor mendapat poin bila menjawab dan menyelesaikan laporan tepat waktu. Poinnya berkurang bila terlambat, dinilai buruk, atau laporannya dibuka kembali.`,toLedger:`Lihat catatan poin setiap kelurahan`,kind:`Yang dibandingkan`,kelurahan:`Kelurahan`,agencies:`Dinas`,period:`Masa`,month:`Bulan ini`,quarter:`Triwulan ini`,year:`Tahun ini`,find:`Cari nama di daftar ini`,count:t=>`${e(t)} kantor`,noMatch:`Tidak ada nama yang cocok.`,empty:`Belum ada.`,rank:t=>`Peringkat ${e(t)}`,unranked:`Tanpa peringkat`,score:t=>`Skor ${e(Math.round(t))}`,pointsOf:t=>`${e(t)} poin`,showAll:t=>`Tampilkan semua (${e(t)})`},{title:`Ranking`,bands:`A difference of a few ranks is often chance. So offices are in groups first: above average, average and below average.`,points:`Offices earn points for answers and fixes on time. They lose some when they are late, rated badly, or a report is reopened.`,toLedger:`See the points of each kelurahan`,kind:`Compared`,kelurahan:`Kelurahan`,agencies:`Agencies`,period:`Period`,month:`This month`,quarter:`This quarter`,year:`This year`,find:`Find a name in this list`,count:t=>`${e(t)} offices`,noMatch:`No name matches.`,empty:`None yet.`,rank:t=>`Rank ${e(t)}`,unranked:`No rank`,score:t=>`Score ${e(Math.round(t))}`,pointsOf:t=>`${e(t)} points`,showAll:t=>`Show all (${e(t)})`}),D=6e4,O=15;function k({kind:e,period:t,search:n}){let{data:i,failed:a,reload:o}=m(b,{kind:e,period:t}),l=h(o,D),p=r(void 0);u(x,{kind:e,period:t},({leaderboardChanged:{startsAt:e}})=>{p.current===e?l():p.current!==void 0&&o(),p.current=e});let g=s(()=>{let e=i?.leaderboard?.standings.edges.map(({node:e})=>e)??[];return C(n?e.filter(({subject:e})=>`name`in e&&T(e.name,n)):e)},[i,n]);if(a)return v(f,{again:o});if(!i)return v(d,{count:8,height:`3.75rem`});let _=[...g.values()].reduce((e,t)=>e+t.length,0);return v(c,{children:[v(`p`,{class:_>0?`visually-hidden`:`muted`,role:`status`,children:n&&(_>0?E().count(_):E().noMatch)}),S.map(e=>{let t=g.get(e)??[];return(t.length>0||e!==null&&!n)&&v(A,{band:e,rows:t},e)})]})}function A({band:e,rows:t}){let[a,o]=i(!1),s=r(null),c=a?t:t.slice(0,O);return g(s,c.map(({id:e})=>e).join()),v(`section`,{class:`board-group`,children:[v(`h2`,{children:[v(n,{band:e}),v(`span`,{class:`small muted number`,children:E().count(t.length)})]}),t.length===0&&v(`p`,{class:`muted`,children:E().empty}),v(`ol`,{class:`board-rows`,ref:s,children:c.map(e=>v(`li`,{"data-key":e.id,children:v(j,{row:e})},e.id))}),c.length<t.length&&v(`button`,{type:`button`,class:`button quiet wide`,onClick:()=>o(!0),children:E().showAll(t.length)})]})}function j({row:{subject:e,rank:t,responsiveness:n,points:r}}){if(e.__typename!==`Kelurahan`&&e.__typename!==`Agency`)return null;let i=e.__typename===`Kelurahan`,a=v(c,{children:[v(`span`,{class:`rank number small muted`,children:[v(`span`,{class:`visually-hidden`,children:t===null?E().unranked:E().rank(t)}),v(`span`,{"aria-hidden":`true`,children:t??`–`})]}),v(`span`,{class:`who`,children:[v(`strong`,{class:`clip`,children:e.name}),i&&v(`span`,{class:`small muted clip`,children:e.kecamatan.name})]}),v(`span`,{class:`score number`,children:[n!==null&&v(`strong`,{children:E().score(n)}),v(`span`,{class:`small muted`,children:E().pointsOf(r)})]})]});return i?v(`a`,{class:`board-row`,href:`/kelurahan/${e.code}`,children:a}):v(`div`,{class:`board-row`,children:a})}var M=[`MONTH`,`QUARTER`,`YEAR`];function N(){let{query:e,route:n}=t(),r=e.jenis===`dinas`?`AGENCY`:`KELURAHAN`,a=M.find(t=>t===e.masa)??`MONTH`,[o,s]=i(``),c=(e,t)=>{let r=new URLSearchParams({...e===`AGENCY`&&{jenis:`dinas`},...t!==`MONTH`&&{masa:t}});n(r.size>0?`/peringkat?${r}`:`/peringkat`,!0)};return v(`main`,{id:`content`,class:`page board stack`,children:[v(p,{title:E().title}),v(`div`,{class:`board-words`,children:[v(`p`,{children:E().bands}),v(`p`,{children:[E().points,` `,v(`a`,{href:_.value.kind===`city`?`/kelurahan`:`/kelurahan/${_.value.code}`,children:E().toLedger})]})]}),v(`div`,{class:`board-choice`,children:[v(P,{label:E().kind,chosen:r,choices:[[`KELURAHAN`,E().kelurahan],[`AGENCY`,E().agencies]],onChoose:e=>c(e,a)}),v(P,{label:E().period,chosen:a,choices:[[`MONTH`,E().month],[`QUARTER`,E().quarter],[`YEAR`,E().year]],onChoose:e=>c(r,e)}),v(F,{value:o,onInput:s})]}),v(k,{kind:r,period:a,search:o.trim()},`${r} ${a}`)]})}function P({label:e,chosen:t,choices:n,onChoose:r}){return v(`div`,{class:`choice`,role:`group`,"aria-label":e,children:n.map(([e,n])=>v(`button`,{type:`button`,"aria-pressed":e===t,onClick:()=>r(e),children:n},e))})}function F({value:e,onInput:t}){let n=o();return v(`div`,{class:`board-search`,children:[v(`label`,{for:n,class:`visually-hidden`,children:E().find}),v(`input`,{id:n,type:`search`,class:`input`,autocomplete:`off`,placeholder:E().find,value:e,onInput:({currentTarget:e})=>t(e.value)})]})}export{N as default};