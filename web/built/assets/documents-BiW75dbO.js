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
`);export{t};