import { graphql, type ResultOf } from "../api/graphql";

export const VIEWER = graphql(`
  query WhoAmI {
    viewer {
      id
      pseudonym
      email
      unreadCount
      memberships {
        role
        unit {
          __typename
          ... on Kelurahan {
            id
            code
            name
          }
          ... on Kecamatan {
            id
            code
            name
          }
          ... on City {
            id
            code
            name
          }
          ... on Agency {
            id
            code
            name
          }
        }
      }
    }
  }
`);

/** The person who is signed in. */
export type Viewer = NonNullable<ResultOf<typeof VIEWER>["viewer"]>;

export const SIGN_IN = graphql(`
  mutation SignIn($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
      session {
        accessToken
        refreshToken
        expiresIn
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export const SIGN_UP = graphql(`
  mutation SignUp($email: String!, $password: String!, $pseudonym: String) {
    signUp(email: $email, password: $password, pseudonym: $pseudonym) {
      session {
        accessToken
        refreshToken
        expiresIn
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export const SIGN_OUT = graphql(`
  mutation SignOut {
    signOut {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const REQUEST_RESET = graphql(`
  mutation RequestReset($email: String!) {
    requestPasswordReset(email: $email) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const RESET_PASSWORD = graphql(`
  mutation ResetPassword($token: String!, $new: String!) {
    resetPassword(token: $token, new: $new) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const CONFIRM_EMAIL = graphql(`
  mutation ConfirmEmail($token: String!) {
    confirmEmail(token: $token) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const ACCOUNT = graphql(`
  query MyAccount {
    viewer {
      id
      pseudonym
      onCitizenBoard
      email
      emailConfirmed
      hasPassword
      points
      memberships {
        role
      }
      notifications {
        email
      }
    }
  }
`);

/** What the pages of the account show of the person. */
export type Account = NonNullable<ResultOf<typeof ACCOUNT>["viewer"]>;

export const SESSIONS = graphql(`
  query MySessions {
    viewer {
      id
      sessions {
        id
        createdAt
        lastUsedAt
        device
        current
      }
    }
  }
`);

export const UPDATE_PROFILE = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      viewer {
        id
        pseudonym
        onCitizenBoard
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export const REQUEST_CONFIRMATION = graphql(`
  mutation RequestConfirmation {
    requestEmailConfirmation {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const CHANGE_EMAIL = graphql(`
  mutation ChangeEmail($password: String!, $email: String!) {
    changeEmail(password: $password, email: $email) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const CHANGE_PASSWORD = graphql(`
  mutation ChangePassword($current: String!, $new: String!) {
    changePassword(current: $current, new: $new) {
      session {
        accessToken
        refreshToken
        expiresIn
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export const SET_EMAIL_NEWS = graphql(`
  mutation SetEmailNews($enabled: Boolean!) {
    setEmailNotifications(enabled: $enabled) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const REVOKE_SESSION = graphql(`
  mutation RevokeSession($id: ID!) {
    revokeSession(id: $id) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const SIGN_OUT_EVERYWHERE = graphql(`
  mutation SignOutEverywhere {
    signOutEverywhere {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const EXPORT_MY_DATA = graphql(`
  mutation ExportMyData {
    exportMyData {
      url
      errors {
        code
        message
        field
      }
    }
  }
`);

export const DELETE_ACCOUNT = graphql(`
  mutation DeleteMyAccount($password: String!) {
    deleteMyAccount(password: $password) {
      errors {
        code
        message
        field
      }
    }
  }
`);
