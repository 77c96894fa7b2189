"""The real SDKs, answered inside the process: what they make of a reply is the judge."""
