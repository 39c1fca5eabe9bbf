/** The API on the origin of the page. */
export const API = "/graphql";

/** The address of the socket, for each attempt. */
export const socketAddress = (): string => `${location.origin.replace(/^http/, "ws")}${API}`;
