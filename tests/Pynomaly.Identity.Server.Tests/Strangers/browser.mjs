// A browser without script: cookies, redirects and forms over plain HTTP. It signs a person in by the element ids that the pages promise.

/** Keeps one origin's cookies; stops where a redirect leaves that origin. */
export class Browser {
  #origin
  #cookies = new Map()

  constructor(origin) {
    this.#origin = new URL(origin).origin
  }

  /** Opens an address and follows redirects; the answer is a page, or { left } with the first address of another origin. */
  async open(address, init = {}) {
    let url = new URL(address)
    for (let hop = 0; hop < 10; hop++) {
      if (url.origin !== this.#origin) return { left: url }
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }), accept: 'text/html' } })
      for (const line of answer.headers.getSetCookie()) this.#keep(line)
      if (answer.status < 300 || answer.status > 399) return { url, status: answer.status, html: await answer.text() }
      url = new URL(answer.headers.get('location'), url)
      init = {}
    }
    throw new Error(`too many redirects, last to ${url}`)
  }

  /** Presses the button of this id, with these values typed into its form. */
  async press(page, id, values = {}) {
    const { action, method, fields } = formOf(page, id)
    const body = new URLSearchParams({ ...fields, ...values })
    const target = new URL(action || page.url, page.url)
    if (method === 'get') return this.open(`${target.origin}${target.pathname}?${body}`)
    return this.open(target, { method: 'POST', body, headers: { origin: this.#origin, 'content-type': 'application/x-www-form-urlencoded' } })
  }

  /** Goes through sign-in and consent, as often as the pages ask, until the server sends the browser elsewhere. */
  async signIn(address, { username, password, consent = 'consent-allow' }) {
    let page = await this.open(address)
    const seen = []
    for (let step = 0; step < 4 && !page.left; step++) {
      const kind = pageKind(page)
      seen.push(kind)
      if (kind === 'sign-in') page = await this.press(page, 'sign-in', { [nameOf(page, 'username')]: username, [nameOf(page, 'password')]: password })
      else if (kind === 'consent') page = await this.press(page, consent)
      else break
    }
    if (!page.left) throw new Error(`the pages ${seen.join(', ')} led to ${page.status} at ${page.url}: ${words(page.html)}`)
    return { callback: page.left, seen }
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(';')
    const [name, value] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]
    const gone = attributes.some((a) => /^\s*max-age\s*=\s*-?0/i.test(a) || (/^\s*expires=/i.test(a) && Date.parse(a.split('=')[1]) < Date.now()))
    if (gone) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}

export const pageKind = (page) => /<body[^>]*\bdata-page="([^"]+)"/.exec(page.html)?.[1]

const words = (html) => html.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 300)
const decode = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#x2B;', '+').replaceAll('&#x3D;', '=').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)
  return found ? decode(found[1]) : undefined
}

function tagWithId(page, id) {
  const found = new RegExp(`<[a-z]+[^>]*\\sid="${id}"[^>]*>`, 'i').exec(page.html)
  if (!found) throw new Error(`no element "${id}" on the page "${pageKind(page)}" at ${page.url}: ${words(page.html)}`)
  return found
}

const nameOf = (page, id) => attribute(tagWithId(page, id)[0], 'name')

function formOf(page, id) {
  const button = tagWithId(page, id)
  const owner = attribute(button[0], 'form')
  const start = owner ? page.html.search(new RegExp(`<form[^>]*\\sid="${owner}"`, 'i')) : page.html.lastIndexOf('<form', button.index)
  const form = page.html.slice(start, page.html.indexOf('</form>', start))
  const fields = {}
  for (const [tag] of form.matchAll(/<input[^>]*>/gi)) {
    const name = attribute(tag, 'name')
    const choice = /^(checkbox|radio)$/i.test(attribute(tag, 'type') ?? '')
    if (name && (!choice || /\schecked\b/i.test(tag))) fields[name] = attribute(tag, 'value') ?? (choice ? 'on' : '')
  }
  if (attribute(button[0], 'name')) fields[attribute(button[0], 'name')] = attribute(button[0], 'value') ?? ''
  const head = form.slice(0, form.indexOf('>') + 1)
  return { action: attribute(button[0], 'formaction') ?? attribute(head, 'action'), method: (attribute(head, 'method') ?? 'get').toLowerCase(), fields }
}
