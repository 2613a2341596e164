package types_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// update is set by COMMONWATT_RECORD=1, which writes chain/testdata anew.
var update = os.Getenv("COMMONWATT_RECORD") == "1"

// vector is a batch as other languages read it: bytes in hexadecimal, 64-bit numbers as decimal text.
type vector struct {
	ChainID          string           `json:"chainId"`
	Community        string           `json:"community"`
	SettlementPeriod string           `json:"settlementPeriod"`
	Version          uint32           `json:"version"`
	InputsHash       string           `json:"inputsHash"`
	ResultHash       string           `json:"resultHash"`
	Root             string           `json:"root"`
	LogPosition      string           `json:"logPosition"`
	LogHeadHash      string           `json:"logHeadHash"`
	Positions        []vectorPosition `json:"positions"`
	Digest           string           `json:"digest"`
}

type vectorPosition struct {
	Account string `json:"account"`
	Amount  string `json:"amount"`
}

func describe(chainID string, b types.Batch) vector {
	v := vector{
		ChainID: chainID, Community: b.Community, SettlementPeriod: b.SettlementPeriod, Version: b.Version,
		InputsHash: hex.EncodeToString(b.InputsHash), ResultHash: hex.EncodeToString(b.ResultHash), Root: hex.EncodeToString(b.Root),
		LogPosition: strconv.FormatUint(b.LogPosition, 10), LogHeadHash: hex.EncodeToString(b.LogHeadHash),
		Positions: []vectorPosition{}, Digest: hex.EncodeToString(b.Digest(chainID)),
	}
	for _, p := range b.Positions {
		v.Positions = append(v.Positions, vectorPosition{hex.EncodeToString(p.Account), strconv.FormatInt(p.Amount, 10)})
	}
	return v
}

// TestDigestVectors holds the digest still: approvers sign with other code, in another language.
func TestDigestVectors(t *testing.T) {
	empty := testkit.Batch("2016-03", 1)
	day := testkit.Batch("2016-03-26", 2, testkit.Position("anna", -1_234_567_890_123), testkit.Position("ben", 1_234_567_890_000), testkit.Position("carla", 123))
	extreme := testkit.Batch("2026-11-22", math.MaxUint32, testkit.Position("anna", math.MaxInt64), testkit.Position("ben", -math.MaxInt64))
	// The largest integer that a client with doubles can name.
	extreme.Community, extreme.LogPosition = "Bürgerenergie-Straß-✓", 1<<53-1
	vectors := []vector{describe("commonwatt-demo-1", empty), describe(testkit.ChainID, day), describe("c", extreme)}
	compare(t, "batch-digests.json", vectors)
}

// TestErrorNumbers holds the numbers still: clients know refusals by them.
func TestErrorNumbers(t *testing.T) {
	numbers := make(map[string]string)
	for name, err := range map[string]interface{ ABCICode() uint32 }{
		"ErrMalformedBatch": types.ErrMalformedBatch, "ErrMalformedEntry": types.ErrMalformedEntry, "ErrMalformedCommunity": types.ErrMalformedCommunity,
		"ErrPositionsNotBalanced": types.ErrPositionsNotBalanced, "ErrUnknownCommunity": types.ErrUnknownCommunity, "ErrNotTreasurer": types.ErrNotTreasurer,
		"ErrNotAuthority": types.ErrNotAuthority, "ErrBatchConflict": types.ErrBatchConflict, "ErrVersionOutOfOrder": types.ErrVersionOutOfOrder,
		"ErrReferenceConflict": types.ErrReferenceConflict, "ErrCommunityConflict": types.ErrCommunityConflict, "ErrUnknownBatch": types.ErrUnknownBatch,
		"ErrNotApprover": types.ErrNotApprover, "ErrApprovalSignature": types.ErrApprovalSignature, "ErrDuplicateApproval": types.ErrDuplicateApproval,
		"ErrThresholdNotReached": types.ErrThresholdNotReached, "ErrInsufficientEscrow": types.ErrInsufficientEscrow, "ErrEscrowMismatch": types.ErrEscrowMismatch,
	} {
		numbers[strconv.Itoa(int(err.ABCICode()))] = name
	}
	compare(t, "errors.json", numbers)
}

func compare(t *testing.T, file string, value any) {
	t.Helper()
	path := "../../../testdata/" + file
	got, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	if update {
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
}
