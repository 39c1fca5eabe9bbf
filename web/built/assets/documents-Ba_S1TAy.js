import{t as e}from"./fragments-D8HA_Ceq.js";import{a as t}from"./live-C0mGh1t2.js";var n=t(`
  query Reportable($from: Date) {
    categories {
      id
      code
      group
      icon
      colour
      name
      hint
      responseTargetMinutes
      hours
    }
    reportStatistics(groupBy: [CATEGORY], from: $from) {
      rows {
        category {
          id
          code
        }
        received
      }
    }
  }
`),r=t(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      exact
      kelurahan {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
      alternatives {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
    }
  }
`),i=t(`
  query SearchKelurahan($search: String!) {
    kelurahans(search: $search, first: 6) {
      edges {
        node {
          id
          code
          name
          kecamatan {
            id
            code
            name
          }
          centre {
            latitude
            longitude
          }
        }
      }
    }
  }
`),a=t(`
    query NearbyToReport($at: GeoPointInput!) {
      nearbyReports(at: $at, radiusMetres: 150, first: 20) {
        distanceMetres
        report {
          ...ReportLine
          viewerHasSupported
          viewerIsReporter
          photos {
            id
            thumbnailUrl
          }
        }
      }
    }
  `,[e]),o=t(`
  mutation SupportInstead($id: ID!) {
    supportReport(id: $id) {
      report {
        id
        number
        version
        supportCount
        viewerHasSupported
      }
      errors {
        code
        message
        field
      }
    }
  }
`),s=t(`
  query FindDetails($text: String!) {
    personalDetails(text: $text) {
      kind
      text
    }
  }
`),c=t(`
  query WhoSends {
    viewer {
      id
    }
  }
`),l=t(`
    mutation SubmitReport($input: SubmitReportInput!) {
      submitReport(input: $input) {
        report {
          ...ReportLine
        }
        errors {
          code
          message
          field
          reportNumber
        }
      }
    }
  `,[e]),u=t(`
    fragment SentReport on Report {
      ...ReportLine
      cursor
      responseDueAt
      handler {
        __typename
        ... on Kelurahan {
          id
          name
        }
        ... on Agency {
          id
          name
        }
      }
    }
  `,[e]),d=t(`
    query SentReportState($number: String!) {
      report(number: $number) {
        ...SentReport
      }
    }
  `,[u]),f=t(`
    subscription SentReportChanged($id: ID!, $after: String) {
      reportChanged(id: $id, after: $after) {
        id
        cursor
        report {
          ...SentReport
        }
      }
    }
  `,[u]);export{i as a,l as c,n as i,o as l,r as n,f as o,a as r,d as s,s as t,c as u};