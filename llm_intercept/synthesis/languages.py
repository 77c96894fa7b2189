"""The languages that are heard, by their codes: some providers tell the code, others the name."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["LANGUAGES", "name_of"]

#: Those that Whisper knows. Reference: https://github.com/openai/whisper/blob/main/whisper/tokenizer.py
LANGUAGES: Mapping[str, str] = dict(
    re.findall(
        r"(\w+):(\w+)",
        "en:english zh:chinese de:german es:spanish ru:russian ko:korean fr:french ja:japanese pt:portuguese tr:turkish pl:polish "
        "ca:catalan nl:dutch ar:arabic sv:swedish it:italian id:indonesian hi:hindi fi:finnish vi:vietnamese he:hebrew "
        "uk:ukrainian el:greek ms:malay cs:czech ro:romanian da:danish hu:hungarian ta:tamil no:norwegian th:thai ur:urdu "
        "hr:croatian bg:bulgarian lt:lithuanian la:latin mi:maori ml:malayalam cy:welsh sk:slovak te:telugu fa:persian lv:latvian "
        "bn:bengali sr:serbian az:azerbaijani sl:slovenian kn:kannada et:estonian mk:macedonian br:breton eu:basque is:icelandic "
        "hy:armenian ne:nepali mn:mongolian bs:bosnian kk:kazakh sq:albanian sw:swahili gl:galician mr:marathi pa:punjabi "
        "si:sinhala km:khmer sn:shona yo:yoruba so:somali af:afrikaans oc:occitan ka:georgian be:belarusian tg:tajik sd:sindhi "
        "gu:gujarati am:amharic yi:yiddish lo:lao uz:uzbek fo:faroese ps:pashto tk:turkmen nn:nynorsk mt:maltese sa:sanskrit "
        "lb:luxembourgish my:myanmar bo:tibetan tl:tagalog mg:malagasy as:assamese tt:tatar haw:hawaiian ln:lingala ha:hausa "
        "ba:bashkir jw:javanese jv:javanese su:sundanese yue:cantonese ht:haitian_creole",
    )
)


def name_of(code: str) -> str:
    """A language's name in English; a code that is none of theirs is its own name."""
    return LANGUAGES.get(code.lower(), code).replace("_", " ")
