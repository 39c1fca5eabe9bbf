import{o as e}from"./client-bP1_Fgek.js";var t=e(`
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