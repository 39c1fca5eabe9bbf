// The certified identity provider `oidc-provider`, with one client and one person, on a port of this machine.
import Provider from "oidc-provider";

const [port, redirectUri, person] = process.argv.slice(2);
const { sub, ...claims } = JSON.parse(person);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "tanggap", client_secret: "rahasia:dengan/tanda", redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  pkce: { required: () => true },
  cookies: { keys: ["kunci"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
});
provider.listen(Number(port), "127.0.0.1");
