package types

import (
	"crypto/sha256"
	"encoding/binary"
)

const (
	batchDomain     = "commonwatt/settlement/batch/v1\n"
	positionsDomain = "commonwatt/settlement/positions/v1\n"
	bankDomain      = "commonwatt/settlement/bank/v1\n"
)

func appendText(buf []byte, text string) []byte {
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(text)))
	return append(buf, text...)
}

func appendPositions(buf []byte, positions []Position) []byte {
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(positions)))
	for i := range positions {
		buf = append(buf, positions[i].Account...)
		buf = binary.BigEndian.AppendUint64(buf, uint64(positions[i].Amount))
	}
	return buf
}

// Digest is what approvers sign: SHA-256 over a domain line and every field, fixed lengths as they are and
// texts with their length in front, so that no two batches share the bytes. The chain id binds it to one chain.
func (b *Batch) Digest(chainID string) []byte {
	buf := make([]byte, 0, 512+28*len(b.Positions))
	buf = append(buf, batchDomain...)
	buf = appendText(buf, chainID)
	buf = appendText(buf, b.Community)
	buf = appendText(buf, b.SettlementPeriod)
	buf = binary.BigEndian.AppendUint32(buf, b.Version)
	buf = append(buf, b.InputsHash...)
	buf = append(buf, b.ResultHash...)
	buf = append(buf, b.Root...)
	buf = binary.BigEndian.AppendUint64(buf, b.LogPosition)
	buf = append(buf, b.LogHeadHash...)
	buf = appendPositions(buf, b.Positions)
	sum := sha256.Sum256(buf)
	return sum[:]
}

// PositionsHash stands in a record for the positions, which the chain does not keep.
func (b *Batch) PositionsHash() []byte {
	sum := sha256.Sum256(appendPositions([]byte(positionsDomain), b.Positions))
	return sum[:]
}

// BankContentHash tells whether a bank reference comes back with the same content. The direction is part
// of it: a reference that was minted cannot be burned.
func BankContentHash(direction string, entries []EscrowEntry) []byte {
	buf := appendText([]byte(bankDomain), direction)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(entries)))
	for i := range entries {
		buf = append(buf, entries[i].Account...)
		buf = binary.BigEndian.AppendUint64(buf, uint64(entries[i].Amount))
	}
	sum := sha256.Sum256(buf)
	return sum[:]
}
