"""Issues grants for the Secure Call Player with nothing but `cryptography`.

From a shell: python3 grant.py ISSUER.jwk ISS AUD SUB NAME CALL THUMBPRINT PURPOSE [NOTE]
"""

import base64
import json
import sys
import time
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def private_key(jwk: dict) -> ec.EllipticCurvePrivateKey:
    public = ec.EllipticCurvePublicNumbers(number(jwk["x"]), number(jwk["y"]), ec.SECP256R1())
    return ec.EllipticCurvePrivateNumbers(number(jwk["d"]), public).private_key()


def sign(claims: dict, jwk: dict) -> str:
    """A compact JWS; the signature is r and s, 32 bytes each, and not DER."""
    header = {"alg": "ES256", "kid": jwk["kid"], "typ": "secure-call-grant+jwt"}
    parts = [base64url(json.dumps(part).encode()) for part in (header, claims)]
    signed = ".".join(parts)
    r, s = decode_dss_signature(private_key(jwk).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def call_claims(call: str, purpose: str, note: str | None) -> dict:
    claims = {
        "id": call,
        "patient": "p-83af",  # your own pseudonym of the patient
        "unit": {"id": "unit-12", "name": "Advice line"},
        "purpose": purpose,
        "relation": "care-team",  # from your own data, never from the browser
        "maxSessionSeconds": 1800,
        "maxRate": 2,
        "watermark": {"client": "required"},
    }
    if purpose == "ETREAT":
        claims["breakGlass"] = {"reason": note, "notify": ["privacy-office"]}
    elif note:
        claims["note"] = note
    return claims


def grant(jwk, iss, aud, sub, name, call, thumbprint, purpose, note=None) -> str:
    now = int(time.time())
    claims = {
        "iss": iss,
        "aud": aud,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
        "sub": sub,
        "name": name,
        "role": "nurse",
        "cnf": {"jkt": thumbprint},
        "call": call_claims(call, purpose, note),
    }
    return sign(claims, jwk)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(grant(json.load(file), *sys.argv[2:]))
