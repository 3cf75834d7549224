import json, threading, time, urllib.parse, urllib.request


class Revocations:
    """The ended tokens, in memory: one question for news is always open, so that a revocation is known here at once."""

    def __init__(self, url: str):
        self.url, self.cursor, self.generated, self.jtis, self.cut_offs = url, None, 0, {}, {}
        threading.Thread(target=self.follow, daemon=True).start()

    def fresh(self) -> bool:  # by the server's word, not by our own success: a proxy may answer from its memory
        return time.time() - self.generated < 30

    def ended(self, claims: dict, kid: str) -> bool:
        return claims["jti"] in self.jtis or any(claims["iat"] < self.cut_offs.get(name, (0, 0))[0] for name in ((claims["client_id"], None), (None, kid)))

    def follow(self) -> None:
        while asked := time.monotonic():
            try:
                with urllib.request.urlopen(self.url + (f"?wait=20&since={urllib.parse.quote(self.cursor)}" if self.cursor else ""), timeout=30) as answer:
                    page, after, now = json.load(answer), answer.headers.get("Retry-After", ""), time.time()
                self.jtis = {jti: exp for jti, exp in self.jtis.items() if exp > now - 60} | {r["jti"]: r["exp"] for r in page["revoked"]}  # a minute more, for clocks
                self.cut_offs = {name: cut for name, cut in self.cut_offs.items() if cut[1] > now - 60}
                for name, cut in [((c.get("client_id"), c.get("kid")), (c["issued_before"], c["exp"])) for c in page["cut_offs"]]:
                    self.cut_offs[name] = tuple(map(max, cut, self.cut_offs.get(name, cut)))
                pause = 0 if page["cursor"] != self.cursor else max(0, 0.5 - (time.monotonic() - asked))  # no hot loop where a proxy does not wait
                self.cursor, self.generated = page["cursor"], self.generated if page["more"] else min(page["generated"], now)
            except Exception as problem:  # whoever says when to come again has forgotten nothing; else the list is read whole again
                self.cursor, pause = self.cursor if (after := getattr(problem, "headers", {}).get("Retry-After", "")) else None, 1
            time.sleep(min(int(after), 3600) if after.isdecimal() else pause)
