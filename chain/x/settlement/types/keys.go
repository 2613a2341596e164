package types

import (
	"encoding/binary"
)

const (
	// ModuleName names the module, its store and its escrow account in x/bank.
	ModuleName = "settlement"
	// StoreKey is the name of the store that ICS-23 proofs mention.
	StoreKey = ModuleName
	// Denom is the nano-euro. All of its supply is in escrow.
	Denom = "neur"
	// AccountLength is the length of an escrow account.
	AccountLength = 20
)

// Prefixes of the store. BatchPrefix is part of the public contract: proofs are made over it.
var (
	ParamsKey         = []byte{0x00}
	BatchPrefix       = []byte{0x01} // community, period, version -> StoredBatch
	CommunityPrefix   = []byte{0x02} // community -> Community
	EscrowPrefix      = []byte{0x03} // community, account -> balance
	LatestPrefix      = []byte{0x04} // community, period -> latest version
	ReferencePrefix   = []byte{0x05} // community, reference -> content hash
	EscrowTotalKey    = []byte{0x06} // sum of all balances
	BatchRecordPrefix = []byte{0x07} // community, period, version -> BatchRecord
)

// prefixed writes one byte of length before the text, so that no id can run into the next part of a key.
func prefixed(key []byte, text string) []byte {
	key = append(key, byte(len(text)))
	return append(key, text...)
}

func start(prefix []byte, capacity int) []byte {
	return append(make([]byte, 0, capacity+len(prefix)), prefix...)
}

// BatchKey is 0x01 | u8 length + community | u8 length + settlement period | u32 version, big-endian.
func BatchKey(community, period string, version uint32) []byte {
	return batchKey(BatchPrefix, community, period, version)
}

// BatchRecordKey is BatchKey under the prefix of the full records.
func BatchRecordKey(community, period string, version uint32) []byte {
	return batchKey(BatchRecordPrefix, community, period, version)
}

// BatchRecordsOf is the prefix of all records of a community.
func BatchRecordsOf(community string) []byte {
	return prefixed(start(BatchRecordPrefix, 65), community)
}

func batchKey(prefix []byte, community, period string, version uint32) []byte {
	key := prefixed(start(prefix, 96), community)
	key = prefixed(key, period)
	return binary.BigEndian.AppendUint32(key, version)
}

// LatestKey holds the latest version of a settlement period.
func LatestKey(community, period string) []byte {
	return prefixed(prefixed(start(LatestPrefix, 96), community), period)
}

// CommunityKey holds a community.
func CommunityKey(community string) []byte {
	return prefixed(start(CommunityPrefix, 65), community)
}

// EscrowsOf is the prefix of all escrow accounts of a community.
func EscrowsOf(community string) []byte {
	return prefixed(start(EscrowPrefix, 85), community)
}

// EscrowKey holds one balance.
func EscrowKey(community string, account []byte) []byte {
	return append(EscrowsOf(community), account...)
}

// ReferenceKey holds the content hash of a bank receipt or payout.
func ReferenceKey(community, reference string) []byte {
	return prefixed(prefixed(start(ReferencePrefix, 130), community), reference)
}
