import { REPORT_LINE } from "../../api/fragments";
import { graphql, type ResultOf } from "../../api/graphql";
import { PHOTO } from "../../report/documents";

const JUDGED = graphql(
  `
    fragment Judged on Report {
      ...ReportLine
      description
      address
      hidden
      flags {
        reason
        at
      }
      photos {
        ...PhotoView
      }
      proof {
        ...PhotoView
      }
      timeline(last: 10) {
        edges {
          node {
            id
            kind
            note
          }
        }
      }
    }
  `,
  [REPORT_LINE, PHOTO],
);
export type Judged = ResultOf<typeof JUDGED>;

export const FLAGGED = graphql(
  `
    query Flagged($after: String) {
      flaggedReports(first: 20, after: $after) {
        cursor
        edges {
          node {
            ...Judged
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [JUDGED],
);

/** What colleagues do meanwhile. A flag is no event. */
export const MODERATED = graphql(`
  subscription Moderated($after: String) {
    reportFeed(after: $after) {
      id
      cursor
      kind
    }
  }
`);

export const HIDE_REPORT = graphql(
  `
    mutation HideReport($id: ID!, $reason: String!) {
      hideReport(id: $id, reason: $reason) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [JUDGED],
);

export const DISMISS_FLAGS = graphql(
  `
    mutation DismissFlags($id: ID!) {
      dismissFlags(id: $id) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [JUDGED],
);

export const SHOW_REPORT = graphql(
  `
    mutation ShowReport($id: ID!) {
      showReport(id: $id) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [JUDGED],
);

export const REMOVE_PHOTO = graphql(
  `
    mutation RemovePhoto($id: ID!, $photoId: ID!) {
      removePhoto(id: $id, photoId: $photoId) {
        report {
          ...Judged
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [JUDGED],
);

const PERSON = graphql(`
  fragment PersonRow on Person {
    id
    name
    email
    blocked
    memberships {
      role
      unit {
        __typename
        ... on Kelurahan {
          id
          name
        }
        ... on Kecamatan {
          id
          name
        }
        ... on City {
          id
          name
        }
        ... on Agency {
          id
          name
        }
      }
    }
  }
`);
export type PersonRow = ResultOf<typeof PERSON>;

export const PEOPLE = graphql(
  `
    query People($search: String, $role: Role, $unit: ID, $after: String) {
      people(search: $search, role: $role, unit: $unit, first: 25, after: $after) {
        totalCount
        edges {
          node {
            ...PersonRow
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PERSON],
);

export const INVITE_PERSON = graphql(
  `
    mutation InvitePerson($email: String!, $name: String!, $role: Role!, $unit: ID) {
      invitePerson(email: $email, name: $name, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [PERSON],
);

export const GRANT_ROLE = graphql(
  `
    mutation GrantRole($personId: ID!, $role: Role!, $unit: ID) {
      grantRole(personId: $personId, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [PERSON],
);

export const TAKE_ROLE = graphql(
  `
    mutation TakeRole($personId: ID!, $role: Role!, $unit: ID) {
      takeRole(personId: $personId, role: $role, unit: $unit) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [PERSON],
);

export const BLOCK_PERSON = graphql(
  `
    mutation BlockPerson($personId: ID!, $reason: String!) {
      blockPerson(personId: $personId, reason: $reason) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [PERSON],
);

export const UNBLOCK_PERSON = graphql(
  `
    mutation UnblockPerson($personId: ID!) {
      unblockPerson(personId: $personId) {
        person {
          ...PersonRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [PERSON],
);

const SCORED_REPORT = graphql(`
  fragment ScoredReport on Report {
    id
    number
    version
    title
    status
    submittedAt
    kelurahan {
      id
      name
    }
    category {
      id
      name
    }
    points {
      id
      at
      points
      rule
      reversedBy {
        id
      }
      unit {
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
  }
`);
export type ScoredReport = ResultOf<typeof SCORED_REPORT>;

export const SCORED_REPORTS = graphql(
  `
    query ScoredReports($filter: ReportFilter, $after: String) {
      reports(filter: $filter, orderBy: OLDEST, first: 25, after: $after) {
        edges {
          node {
            ...ScoredReport
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [SCORED_REPORT],
);

export const SCORED_REPORT_BY_NUMBER = graphql(
  `
    query ScoredReportByNumber($number: String!) {
      report(number: $number) {
        ...ScoredReport
      }
    }
  `,
  [SCORED_REPORT],
);

export const CATEGORY_NAMES = graphql(`
  query CategoryNames {
    categories {
      id
      code
      name
    }
  }
`);

export const WAIVE_REPORTS = graphql(`
  mutation WaiveReports($ids: [ID!]!, $reason: String!, $idempotencyKey: String!) {
    waiveReports(ids: $ids, reason: $reason, idempotencyKey: $idempotencyKey) {
      waived
      errors {
        code
        message
        field
      }
    }
  }
`);

export const WAIVE_ENTRY = graphql(
  `
    mutation WaiveEntry($id: ID!, $reason: String!, $idempotencyKey: String!) {
      waiveEntry(id: $id, reason: $reason, idempotencyKey: $idempotencyKey) {
        report {
          ...ScoredReport
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [SCORED_REPORT],
);
