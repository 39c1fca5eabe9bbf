export { AccountMenu } from "./AccountMenu";
export type { Viewer } from "./documents";
export { LanguageSwitch } from "./LanguageSwitch";
export { signInAddress } from "./next";
export { SignInForm } from "./SignInForm";
export { isStaff, requireSignIn, SignedIn, useViewer } from "./viewer";
