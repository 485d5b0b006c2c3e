// An independent commercetools server for tests: the npm mock of Lab Digital on loopback, with what it lacks over HTTP:
// sorting, the limits of pages, /messages, a clock that may be wrong, and answers that go wrong on purpose.
import { AsyncLocalStorage } from "node:async_hooks";
import { CommercetoolsMock, InMemoryStorage } from "@labdigital/commercetools-mock";

const asked = new AsyncLocalStorage();
const list = (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]);

/** Keeps a plain copy of each document, since the stock storage copies all of them for every list. */
class SortedStorage extends InMemoryStorage {
  plain = new Map();

  at(project, type) {
    const place = `${project}/${type}`;
    if (!this.plain.has(place)) this.plain.set(place, new Map());
    return this.plain.get(place);
  }

  async add(project, type, document, params) {
    this.at(project, type).set(document.id, structuredClone(document));
    return super.add(project, type, document, params);
  }

  async delete(project, type, id, params) {
    this.at(project, type).delete(id);
    return super.delete(project, type, id, params);
  }

  async clear() {
    this.plain.clear();
    return super.clear();
  }

  async all(project, type) {
    return [...this.at(project, type).values()];
  }

  async expand(project, document, clause) {
    return super.expand(project, structuredClone(document), clause);
  }

  async query(project, type, params) {
    const query = asked.getStore() ?? {};
    const where = state.stuck ? undefined : params.where;
    const found = await super.query(project, type, { ...params, where, sort: list(query.sort) ?? params.sort });
    if (query.withTotal === "false") delete found.total;
    if (query.limit === "0") return { ...found, limit: 0, count: 0, results: [] };
    return found;
  }
}

const state = { faults: [], messages: [], assignments: [], requests: [], skew: 0, stuck: false };
const storage = new SortedStorage();
const mock = new CommercetoolsMock({
  enableAuthentication: true,
  validateCredentials: true,
  defaultProjectKey: "demo-shop",
  silent: true,
  storage,
});
const app = mock.app;

app.addHook("onRequest", (request, reply, done) => {
  const path = request.url.split("?")[0];
  if (path.startsWith("/control")) return done();
  state.requests.push(`${request.method} ${request.url}`);
  reply.header("date", new Date(Date.now() + state.skew * 1000).toUTCString());
  const at = state.faults.findIndex((fault) => path.endsWith(fault.path));
  if (at >= 0) {
    const fault = state.faults[at];
    fault.times -= 1;
    if (fault.times <= 0) state.faults.splice(at, 1);
    reply.code(fault.status).headers({ "content-type": "application/json", ...fault.headers }).send(fault.body);
    return;
  }
  const { limit, offset } = request.query;
  if ((limit !== undefined && !(limit >= 0 && limit <= 500)) || offset > 10000) {
    const message = "Malformed parameter: limit or offset";
    reply.code(400).send({ statusCode: 400, message, errors: [{ code: "InvalidInput", message }] });
    return;
  }
  if (request.query.staged === "false") delete request.query.staged;
  asked.run(request.query, done);
});

/** The messages of a project, by the predicates that a reader of messages needs. */
app.get("/:projectKey/messages", (request, reply) => {
  const where = (list(request.query.where) ?? []).join(" and ");
  const one = (pattern) => where.match(pattern)?.[1];
  const types = where.match(/[^A-Za-z]type in \(([^)]*)\)/)?.[1].match(/[A-Za-z]+/g) ?? where.match(/^type in \(([^)]*)\)/)?.[1].match(/[A-Za-z]+/g);
  const results = state.messages
    .filter((message) => !one(/typeId = "([^"]+)"/) || message.resource.typeId === one(/typeId = "([^"]+)"/))
    .filter((message) => !types || types.includes(message.type))
    .filter((message) => message.createdAt >= (one(/createdAt >= "([^"]+)"/) ?? ""))
    .filter((message) => message.createdAt <= (one(/createdAt <= "([^"]+)"/) ?? "9"))
    .filter((message) => message.id > (one(/id > "([^"]+)"/) ?? ""))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, Number(request.query.limit ?? 20));
  reply.send({ limit: Number(request.query.limit ?? 20), offset: 0, count: results.length, results });
});

/** What the active product selections of a store say of some products; entries have no id, as in the real API. */
app.get("/:projectKey/in-store/key=:storeKey/product-selection-assignments", async (request, reply) => {
  const { projectKey, storeKey } = request.params;
  const store = (await storage.all(projectKey, "store")).find((one) => one.key === storeKey);
  if (!store) return reply.code(404).send({ statusCode: 404, message: "No such store.", errors: [{ code: "ResourceNotFound" }] });
  const active = (store.productSelections ?? []).filter((one) => one.active).map((one) => one.productSelection.id);
  const where = (list(request.query.where) ?? []).join(" and ");
  const wanted = where.match(/product\(id in \(([^)]*)\)\)/)?.[1].match(/[0-9a-f-]{36}/g);
  const limit = Number(request.query.limit ?? 20);
  const results = state.assignments
    .filter((one) => active.includes(one.productSelection.id) && (!wanted || wanted.includes(one.product.id)))
    .slice(0, limit);
  reply.send({ limit, offset: 0, count: results.length, results });
});

/** What stores show of products instead of their own words; the npm mock stores it, but does not answer for it. */
app.get("/:projectKey/product-tailoring", async (request) => {
  const { where, limit } = request.query;
  return storage.query(request.params.projectKey, "product-tailoring", { where: list(where), limit: Number(limit ?? 20) });
});

const controls = {
  async clear() {
    await mock.clear();
    Object.assign(state, { faults: [], messages: [], assignments: [], requests: [], skew: 0, stuck: false });
  },
  async project(body) {
    await storage.saveProject(body);
  },
  async seed({ project, type, documents }) {
    for (const document of documents) await storage.add(project, type, document);
  },
  async remove({ project, type, id }) {
    await storage.delete(project, type, id);
  },
  async messages(body) {
    state.messages.push(...body);
  },
  async faults(body) {
    state.faults.push(...body);
  },
  async state(body) {
    Object.assign(state, body);
  },
  async forget() {
    mock.authStore().tokens.length = 0;
  },
  async requests() {
    return state.requests.splice(0);
  },
};
app.post("/control/:name", async (request) => (await controls[request.params.name](request.body)) ?? {});

await app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ url: `http://127.0.0.1:${app.server.address().port}` }));
