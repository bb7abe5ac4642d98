"""The group that forgets people: each PersonalDataErased is carried out here before its offset is committed."""

from collections.abc import Mapping, Sequence

from shared.contracts.envelope import Codec, UnknownEventType
from shared.contracts.registration import PersonalDataErased
from shared.messaging.delivery import Delivery, decode
from shared.messaging.processing import Failure
from shared.private_records.erasure import Erasure


class ErasureWork:
    """Erases in the order of events; a stream that fails keeps its place, the others go on."""

    def __init__(self, erasure: Erasure, codec: Codec) -> None:
        self._erasure = erasure
        self._codec = codec

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        """Handles deliveries; answers the streams that failed, each with its first failing delivery."""
        failures: dict[str, Failure] = {}
        for delivered in deliveries:
            if delivered.stream in failures:
                continue
            try:
                await self._erase(delivered)
            except Exception as error:  # noqa: BLE001 whatever it is, it fails this stream alone
                failures[delivered.stream] = Failure(delivered, error)
        return failures

    async def _erase(self, delivered: Delivery) -> None:
        try:
            event = decode(self._codec, delivered).event
        except UnknownEventType:
            return  # a type that this release does not know is no erasure, whose type never changes its name
        if isinstance(event, PersonalDataErased):
            await self._erasure.erase(event.person)
