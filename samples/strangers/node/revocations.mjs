import { setTimeout as sleep } from 'node:timers/promises'

/** The ended tokens, in memory: one question for news is always open, so that a revocation is known here at once. */
export class Revocations {
  #jtis = new Map()
  #cutOffs = new Map() // of clients and of keys
  #generated = 0

  constructor(url) {
    this.#follow(url)
  }

  /** By the server's word, not by our own success: a proxy may answer from its memory. */
  get fresh() {
    return Date.now() / 1000 - this.#generated < 30
  }

  ended({ jti, iat, client_id }, kid) {
    return this.#jtis.has(jti) || [`client_id ${client_id}`, `kid ${kid}`].some((name) => iat < this.#cutOffs.get(name)?.issued_before)
  }

  async #follow(url) {
    for (let cursor, pause = 0; ; await sleep(pause)) {
      try {
        const asked = performance.now()
        const query = cursor ? `?${new URLSearchParams({ since: cursor, wait: 20 })}` : ''
        const answer = await fetch(url + query, { signal: AbortSignal.timeout(30_000) })
        const told = untilRetry(answer.headers.get('retry-after'))
        if (!answer.ok && told !== undefined) {
          await answer.body?.cancel()
          pause = told // whoever says when to come again has forgotten nothing: the cursor stays
          continue
        }
        if (!answer.ok) throw new Error(`${answer.status} at ${url}`)
        const page = await answer.json()
        const now = Date.now() / 1000
        for (const ended of [this.#jtis, this.#cutOffs]) for (const [name, { exp }] of ended) if (exp < now - 60) ended.delete(name) // a minute more, for clocks
        for (const entry of page.revoked) this.#jtis.set(entry.jti, entry)
        for (const { client_id, kid, issued_before, exp } of page.cut_offs) {
          const name = client_id === undefined ? `kid ${kid}` : `client_id ${client_id}`
          const before = this.#cutOffs.get(name) ?? { issued_before, exp }
          this.#cutOffs.set(name, { issued_before: Math.max(issued_before, before.issued_before), exp: Math.max(exp, before.exp) })
        }
        if (!page.more) this.#generated = Math.min(page.generated, now)
        pause = told ?? (page.cursor === cursor ? Math.max(0, 500 - (performance.now() - asked)) : 0) // no hot loop where a proxy does not wait
        cursor = page.cursor
      } catch {
        cursor = undefined // whatever it was: read the list whole again
        pause = 1000
      }
    }
  }
}

/** The milliseconds that a Retry-After asks for: seconds, or a date (RFC 9110 §10.2.3); undefined where there is none. */
function untilRetry(header) {
  if (header === null) return undefined
  const milliseconds = /^\d+$/.test(header) ? 1000 * header : Date.parse(header) - Date.now()
  return Number.isNaN(milliseconds) ? 1000 : Math.min(Math.max(milliseconds, 0), 3_600_000)
}
