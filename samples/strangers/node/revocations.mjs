import { setTimeout as sleep } from 'node:timers/promises'

/** The ended tokens, in memory: one question for news is always open, so that a revocation is known here at once. */
export class Revocations {
  #jtis = new Map()
  #cutOffs = []
  #generated = 0

  constructor(url) {
    this.#follow(url)
  }

  /** By the server's word, not by our own success: a proxy may answer from its memory. */
  get fresh() {
    return Date.now() / 1000 - this.#generated < 30
  }

  ended({ jti, iat, client_id }, kid) {
    return this.#jtis.has(jti) || this.#cutOffs.some((cut) => iat < cut.issued_before && (cut.client_id === client_id || cut.kid === kid))
  }

  async #follow(url) {
    for (let cursor, pause = 0; ; await sleep(pause)) {
      try {
        const query = cursor ? `?${new URLSearchParams({ since: cursor, wait: 20 })}` : ''
        const answer = await fetch(url + query, { signal: AbortSignal.timeout(30_000) })
        if (!answer.ok) throw new Error(`${answer.status} at ${url}`)
        const page = await answer.json()
        const past = Date.now() / 1000 - 60 // an entry stays a minute longer than its token, for clocks that differ
        for (const [jti, exp] of this.#jtis) if (exp < past) this.#jtis.delete(jti)
        for (const { jti, exp } of page.revoked) this.#jtis.set(jti, exp)
        this.#cutOffs = [...this.#cutOffs.filter(({ exp }) => exp > past), ...page.cut_offs]
        if (!page.more) this.#generated = page.generated
        cursor = page.cursor
        pause = 1000 * (answer.headers.get('retry-after') ?? 0)
      } catch {
        cursor = undefined // whatever it was: read the list whole again
        pause = 1000
      }
    }
  }
}
