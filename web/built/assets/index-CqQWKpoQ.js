import{_ as e,a as t,d as n,h as r,i,m as a,o,r as s,s as c,t as l,v as u,y as d}from"./start-DPDzH9dV.js";import{a as f,i as p,n as m,o as h,r as g,s as _,t as v}from"./marks-DLCAFQZd.js";function y(e,t){let[n,r]=s({query:e,variables:t??{},pause:t===null,requestPolicy:`cache-and-network`}),i=d(()=>r({requestPolicy:`network-only`}),[r]),a=n.error!==void 0&&n.data===void 0;return{data:n.data,failed:a,loading:n.fetching,reload:i}}function b(e,t,n){let r=u(void 0),a=u(n);a.current=n;let o=JSON.stringify({...t,after:void 0});t!==null&&r.current?.key!==o&&(r.current={key:o,variables:t}),i({query:e,variables:t===null?{}:r.current?.variables,pause:t===null},(e,t)=>{a.current(t)})}function x(t,n){let r=u(void 0),i=u(t);return i.current=t,e(()=>()=>clearTimeout(r.current),[]),d(()=>{r.current??=setTimeout(()=>{r.current=void 0,i.current()},n)},[n])}var S=0,C=new Set;function w(){function e(e,n){var r=o(e).definitions,i=new Set;for(var a of n||[])for(var s of a.definitions)s.kind===t.FRAGMENT_DEFINITION&&!i.has(s)&&(r.push(s),i.add(s));var c;(c=r[0].kind===t.FRAGMENT_DEFINITION)&&r[0].directives&&(r[0].directives=r[0].directives.filter((e=>e.name.value!==`_unmask`)));var l;return{kind:t.DOCUMENT,definitions:r,get loc(){if(!l&&c){var t=e+function(e){try{S++;var t=``;for(var n of e)if(!C.has(n)){C.add(n);var{loc:r}=n;r&&(t+=r.source.body)}return t}finally{--S==0&&C.clear()}}(n||[]);return{start:0,end:t.length,source:{body:t,name:`GraphQLTada`,locationOffset:{line:1,column:1}}}}return l},set loc(e){l=e}}}return e.scalar=function(e,t){return t},e.persisted=function(e,n){return{kind:t.DOCUMENT,definitions:n?n.definitions:[],documentId:e}},e}w();var T=w(),E=T(`
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
`),D=T(`
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
  `,[E]),O=T(`
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
  `,[E]),k=n({now:`Kota Anda sekarang`,report:`Lapor`},{now:`Your city now`,report:`Report`});function A(){let{data:e,failed:t,reload:n}=y(D,{first:20}),r=x(n,1e3);return b(O,e?{after:e.reports.cursor}:null,r),c(`main`,{id:`content`,class:`page narrow stack`,children:[c(`div`,{class:`spread`,children:[c(`h1`,{children:k().now}),c(v,{})]}),t&&c(f,{again:n}),!e&&!t&&c(h,{count:6,height:`4rem`}),c(`ul`,{class:`stack`,children:e?.reports.edges.map(({node:e})=>c(`li`,{class:`card row`,children:[c(_,{icon:e.category.icon,colour:e.category.colour}),c(`span`,{class:`clip`,children:e.title}),c(m,{status:e.status}),c(`span`,{class:`muted small`,children:[e.kelurahan.name,` · `,c(p,{at:e.submittedAt})]})]},e.id))})]})}l(()=>c(r,{children:[c(a,{path:`/`,component:A}),c(a,{default:!0,component:g})]}));