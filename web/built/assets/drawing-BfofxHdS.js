import{a as e}from"./live-C0mGh1t2.js";var t=e(`
  query Boundaries {
    kelurahans(first: 300) {
      edges {
        node {
          id
          code
          name
          centre {
            latitude
            longitude
          }
          boundary
        }
      }
    }
  }
`),n={WAITING:`--waiting`,IN_PROGRESS:`--in-progress`,PROCESSED:`--processed`},r=e=>getComputedStyle(document.documentElement).getPropertyValue(e).trim(),i=1.3;function a(e,t,a){let o=(t,n,i=0,a=2*Math.PI)=>{e.beginPath(),e.arc(0,0,t,i,a),e.fillStyle=r(n),e.fill()};o(t*i,`--sheet`),o(t,n[a]),a===`WAITING`&&o(t*.42,`--sheet`),a===`IN_PROGRESS`&&o(t*.68,`--sheet`,Math.PI/2,Math.PI*1.5),a===`PROCESSED`&&(e.strokeStyle=r(`--sheet`),e.lineWidth=t*.28,e.beginPath(),e.moveTo(-t*.45,t*.02),e.lineTo(-t*.12,t*.36),e.lineTo(t*.48,-t*.34),e.stroke())}function o(e,t,n,i){let{waiting:a,inProgress:o,processed:s}=i,c=a+o+s;e.beginPath(),e.arc(0,0,t,0,2*Math.PI),e.globalAlpha=.9,e.fillStyle=r(`--sheet`),e.fill(),e.globalAlpha=1,e.lineWidth=n;let l=-Math.PI/2;for(let[n,i]of[[a,`--waiting`],[o,`--in-progress`],[s,`--processed`]]){let a=l+2*Math.PI*n/c;n>0&&(e.beginPath(),e.arc(0,0,t,l,a),e.strokeStyle=r(i),e.stroke()),l=a}}function s(e,t,n,i){o(e,t,Math.max(3,t*.25),n),e.fillStyle=r(`--ink`),e.textAlign=`center`,e.textBaseline=`middle`,e.font=`650 ${Math.min(t,t*3/(i.length+.6))}px ${r(`--font`)}`,e.fillText(i,0,t*.05)}export{r as a,a as i,s as n,t as o,o as r,i as t};