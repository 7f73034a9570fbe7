"""A terminal that signs whatever it is told, as no kiosk would."""

import json

import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from protocol.encoding import b64url_decode, b64url_encode
from protocol.signing import GENESIS, key_id, sign_request
from tests.faults.scene import Scene


class Terminal:
    """The scene's terminal, with a session of the customer's."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        place = scene.folder / "terminals" / scene.terminal
        self._files = (str(place / "cert.pem"), str(place / "key.pem"))
        self._key = load_pem_private_key((place / "key.pem").read_bytes(), None)
        self._session = scene.bank.new_session(scene.terminal)
        self._seq = 0

    def transfer(self, uid: str, amount_minor: object, target: str) -> requests.Response:
        """Ask for a transfer; ``amount_minor`` is anything, a text being written as it is."""
        session = b64url_encode(key_id(b64url_decode(self._session)))
        order = {
            "amount_minor": "AMOUNT",
            "currency": "EUR",
            "kind": "transfer",
            "session": session,
            "source": self._scene.account,
            "target": target,
            "terminal": self._scene.terminal,
            "text": "rent",
            "uid": uid,
            "v": 1,
        }
        text = json.dumps(order, separators=(",", ":"), sort_keys=True)
        written = amount_minor if isinstance(amount_minor, str) else json.dumps(amount_minor)
        self._seq += 1
        jws = sign_request(
            self._key,
            kid=self._scene.bank.certificate_hash(self._scene.terminal),
            order=text.replace('"AMOUNT"', written).encode(),
            chain=uid,
            seq=self._seq,
            prev=GENESIS,
        )
        port = self._scene.bank.servers["A"].port
        return requests.post(
            f"https://127.0.0.1:{port}/v1/movements",
            data=json.dumps({"jws": jws.decode()}),
            headers={"Content-Type": "application/json"},
            cert=self._files,
            verify=str(self._scene.folder / "bank" / "trust.pem"),
            timeout=10,
        )
