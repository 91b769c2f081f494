// Where the provider keeps sessions, codes and grants: in memory, and over a rebuild.

/** An adapter class of `oidc-provider` whose instances share one map. Expiry is the provider's: it checks `exp` itself. */
export function sharedStorage() {
  const rows = new Map();

  return class Storage {
    constructor(model) {
      this.model = model;
    }

    key(id) {
      return `${this.model}:${id}`;
    }

    async upsert(id, payload) {
      rows.set(this.key(id), { ...payload });
    }

    async find(id) {
      return rows.get(this.key(id));
    }

    async findByUid(uid) {
      return this.#first((payload) => payload.uid === uid);
    }

    async findByUserCode(userCode) {
      return this.#first((payload) => payload.userCode === userCode);
    }

    async consume(id) {
      rows.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id) {
      rows.delete(this.key(id));
    }

    async revokeByGrantId(grantId) {
      for (const [key, payload] of rows) {
        if (payload.grantId === grantId) rows.delete(key);
      }
    }

    #first(matches) {
      for (const [key, payload] of rows) {
        if (key.startsWith(`${this.model}:`) && matches(payload)) return payload;
      }
      return undefined;
    }
  };
}
