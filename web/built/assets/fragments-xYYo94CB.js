import{o as e}from"./client-bP1_Fgek.js";var t=e(`
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
`);export{t};