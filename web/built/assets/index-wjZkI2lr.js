import{_ as e,a as t,g as n,i as r,m as i,o as a,p as o,r as s,t as c,u as l,v as u}from"./start-CEDVvCWP.js";import{a as d,i as f,n as p,o as m,r as h,s as g,t as _}from"./marks-C8HbBqDI.js";function v(e,t){let[n,i]=r({query:e,variables:t??{},pause:t===null,requestPolicy:`cache-and-network`}),a=u(()=>i({requestPolicy:`network-only`}),[i]),o=n.error!==void 0&&n.data===void 0;return{data:n.data,failed:o,loading:n.fetching,reload:a}}function y(n,r,i){let a=e(void 0),o=e(i);o.current=i;let s=JSON.stringify({...r,after:void 0});r!==null&&a.current?.key!==s&&(a.current={key:s,variables:r}),t({query:n,variables:r===null?{}:a.current?.variables,pause:r===null},(e,t)=>{o.current(t)})}function b(t,r){let i=e(void 0),a=e(t);return a.current=t,n(()=>()=>clearTimeout(i.current),[]),u(()=>{i.current??=setTimeout(()=>{i.current=void 0,a.current()},r)},[r])}var x=s(`
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
`),S=s(`
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
  `,[x]),C=s(`
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
  `,[x]),w=l({now:`Kota Anda sekarang`,report:`Lapor`},{now:`Your city now`,report:`Report`});function T(){let{data:e,failed:t,reload:n}=v(S,{first:20}),r=b(n,1e3);return y(C,e?{after:e.reports.cursor}:null,r),a(`main`,{id:`content`,class:`page narrow stack`,children:[a(`div`,{class:`spread`,children:[a(`h1`,{children:w().now}),a(_,{})]}),t&&a(d,{again:n}),!e&&!t&&a(m,{count:6,height:`4rem`}),a(`ul`,{class:`stack`,children:e?.reports.edges.map(({node:e})=>a(`li`,{class:`card row`,children:[a(g,{icon:e.category.icon,colour:e.category.colour}),a(`span`,{class:`clip`,children:e.title}),a(p,{status:e.status}),a(`span`,{class:`muted small`,children:[e.kelurahan.name,` · `,a(f,{at:e.submittedAt})]})]},e.id))})]})}c(()=>a(i,{children:[a(o,{path:`/`,component:T}),a(o,{default:!0,component:h})]}));