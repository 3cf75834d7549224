import json, threading, time, urllib.parse, urllib.request


class Revocations:
    """The ended tokens, in memory: one question for news is always open, so that a revocation is known here at once."""

    def __init__(self, url: str):
        self.url, self.cursor, self.generated, self.jtis, self.cut_offs = url, None, 0, {}, []
        threading.Thread(target=self.follow, daemon=True).start()

    def fresh(self) -> bool:  # by the server's word, not by our own success: a proxy may answer from its memory
        return time.time() - self.generated < 30

    def ended(self, claims: dict, kid: str) -> bool:
        cut = any(claims["iat"] < c["issued_before"] and (c.get("client_id") == claims["client_id"] or c.get("kid") == kid) for c in self.cut_offs)
        return cut or claims["jti"] in self.jtis

    def follow(self) -> None:
        while True:
            try:
                query = "?" + urllib.parse.urlencode({"since": self.cursor, "wait": 20}) if self.cursor else ""
                with urllib.request.urlopen(self.url + query, timeout=30) as answer:
                    page, pause = json.load(answer), int(answer.headers.get("Retry-After", 0))
                past = time.time() - 60  # an entry stays a minute longer than its token, for clocks that differ
                self.jtis = {jti: exp for jti, exp in self.jtis.items() if exp > past} | {r["jti"]: r["exp"] for r in page["revoked"]}
                self.cut_offs = [c for c in self.cut_offs if c["exp"] > past] + page["cut_offs"]
                self.cursor, self.generated = page["cursor"], self.generated if page["more"] else page["generated"]
            except Exception:  # whatever it was: read the list whole again
                self.cursor, pause = None, 1
            time.sleep(pause)
