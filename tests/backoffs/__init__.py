"""The waits of SDKs before they ask again, on a virtual clock."""
