import { graphql } from "../../api/graphql";
import { HAPPENING } from "../documents";

export const REPORT_NUMBER = graphql(
  `
    query ReportOfNumber($number: String!) {
      report(number: $number) {
        ...Happening
      }
    }
  `,
  [HAPPENING],
);

/** What an act of a citizen changes. The rest comes with its event. */
const ACTED = graphql(`
  fragment Acted on Report {
    id
    version
    status
    resolution
    title
    description
    supportCount
    viewerHasSupported
    rating
    reporter {
      pseudonym
    }
    permissions {
      canEdit
      canWithdraw
      canRate
      canReopen
      canErase
      canFlag
      canSupport
      canComment
    }
  }
`);

export const SUPPORT = graphql(
  `
    mutation SupportReport($id: ID!) {
      supportReport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const WITHDRAW_SUPPORT = graphql(
  `
    mutation WithdrawSupport($id: ID!) {
      withdrawSupport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const RATE = graphql(
  `
    mutation RateReport($id: ID!, $stars: Int!, $comment: String, $idempotencyKey: String!) {
      rateReport(id: $id, stars: $stars, comment: $comment, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const REOPEN = graphql(
  `
    mutation ReopenReport($id: ID!, $reason: String!, $idempotencyKey: String!) {
      reopenReport(id: $id, reason: $reason, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const EDIT = graphql(
  `
    mutation EditReport($id: ID!, $input: UpdateReportInput!) {
      updateReport(id: $id, input: $input) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const WITHDRAW = graphql(
  `
    mutation WithdrawReport($id: ID!, $idempotencyKey: String!) {
      withdrawReport(id: $id, idempotencyKey: $idempotencyKey) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const MAKE_ANONYMOUS = graphql(
  `
    mutation MakeReportAnonymous($id: ID!) {
      makeReportAnonymous(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const ERASE = graphql(
  `
    mutation EraseReport($id: ID!) {
      eraseReport(id: $id) {
        report {
          ...Acted
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [ACTED],
);

export const FLAG = graphql(`
  mutation FlagReport($id: ID!, $reason: String!) {
    flagReport(id: $id, reason: $reason) {
      errors {
        code
        message
        field
      }
    }
  }
`);
