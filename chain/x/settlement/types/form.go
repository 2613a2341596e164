package types

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	hashLength      = 32
	publicKeyLength = 32
	signatureLength = 64
	maxIDLength     = 64
	// maxEntries bounds what one message can make a validator do.
	maxEntries = 50_000
	// maxDisputeWindow keeps block time plus window far from overflow.
	maxDisputeWindow = 10 * 366 * 24 * 3600
)

// ValidID accepts 1-64 bytes of printable UTF-8 without spaces.
func ValidID(id string) bool {
	return len(id) >= 1 && len(id) <= maxIDLength && utf8.ValidString(id) &&
		strings.IndexFunc(id, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }) < 0
}

// ValidPeriod accepts a local day "2016-03-26" or a month "2016-03" that the calendar has.
func ValidPeriod(period string) bool {
	for _, layout := range []string{"2006-01-02", "2006-01"} {
		if at, err := time.Parse(layout, period); err == nil && at.Format(layout) == period {
			return true
		}
	}
	return false
}

// ValidateForm checks everything about a batch that needs no state.
func (b *Batch) ValidateForm() error {
	malformed := func(what string) error { return errorsmod.Wrap(ErrMalformedBatch, what) }
	switch {
	case !ValidID(b.Community):
		return malformed("community")
	case !ValidPeriod(b.SettlementPeriod):
		return malformed("settlement period is neither a day nor a month")
	case b.Version == 0:
		return malformed("version starts at 1")
	case len(b.InputsHash) != hashLength:
		return malformed("inputs hash length")
	case len(b.ResultHash) != hashLength:
		return malformed("result hash length")
	case len(b.Root) != hashLength:
		return malformed("root length")
	case len(b.LogHeadHash) != hashLength:
		return malformed("log head hash length")
	case len(b.Positions) > maxEntries:
		return malformed("too many positions")
	}
	sum := sdkmath.ZeroInt()
	for i := range b.Positions {
		if len(b.Positions[i].Account) != AccountLength {
			return malformed("account length")
		}
		if i > 0 && bytes.Compare(b.Positions[i-1].Account, b.Positions[i].Account) >= 0 {
			return malformed("accounts are not strictly ascending")
		}
		sum = sum.Add(sdkmath.NewInt(b.Positions[i].Amount))
	}
	if !sum.IsZero() {
		return errorsmod.Wrapf(ErrPositionsNotBalanced, "they add up to %s", sum)
	}
	return nil
}

// validateEntries checks deposits and withdrawals: a list that is sorted can be compared and repeated exactly.
func validateEntries(community, reference string, entries []EscrowEntry) error {
	malformed := func(what string) error { return errorsmod.Wrap(ErrMalformedEntry, what) }
	switch {
	case !ValidID(community):
		return malformed("community")
	case !ValidID(reference):
		return malformed("reference must have 1-64 printable bytes")
	case len(entries) == 0 || len(entries) > maxEntries:
		return malformed("number of entries")
	}
	for i := range entries {
		if len(entries[i].Account) != AccountLength {
			return malformed("account length")
		}
		if i > 0 && bytes.Compare(entries[i-1].Account, entries[i].Account) >= 0 {
			return malformed("accounts are not strictly ascending")
		}
		if entries[i].Amount <= 0 {
			return malformed("amount must be more than zero")
		}
	}
	return nil
}

// ValidateForm checks a community before it is stored.
func (c *Community) ValidateForm() error {
	malformed := func(what string) error { return errorsmod.Wrap(ErrMalformedCommunity, what) }
	if !ValidID(c.Id) {
		return malformed("id")
	}
	if _, err := sdk.AccAddressFromBech32(c.Treasurer); err != nil {
		return malformed("treasurer address")
	}
	seen := make(map[string]bool, len(c.Approvers))
	for _, key := range c.Approvers {
		if len(key) != publicKeyLength {
			return malformed("approver key length")
		}
		if seen[string(key)] {
			return malformed("approver twice")
		}
		seen[string(key)] = true
	}
	if c.Threshold == 0 || int(c.Threshold) > len(c.Approvers) {
		return malformed("threshold must be between 1 and the number of approvers")
	}
	if c.DisputeWindowSeconds > maxDisputeWindow {
		return malformed("dispute window is longer than ten years")
	}
	return nil
}

// ValidateBasic is asked by baseapp already when a transaction arrives, before it may enter a block.
func (m *MsgMint) ValidateBasic() error {
	return validateEntries(m.Community, m.Reference, m.Deposits)
}

// ValidateBasic is asked by baseapp already when a transaction arrives, before it may enter a block.
func (m *MsgBurn) ValidateBasic() error {
	return validateEntries(m.Community, m.Reference, m.Withdrawals)
}

// ValidateBasic is asked by baseapp already when a transaction arrives, before it may enter a block.
func (m *MsgSettleBatch) ValidateBasic() error {
	for i := range m.Approvals {
		if len(m.Approvals[i].ApproverPublicKey) != publicKeyLength {
			return errorsmod.Wrap(ErrNotApprover, "public key length")
		}
		if len(m.Approvals[i].Signature) != signatureLength {
			return errorsmod.Wrap(ErrApprovalSignature, "length")
		}
	}
	return m.Batch.ValidateForm()
}

// ValidateBasic is asked by baseapp already when a transaction arrives, before it may enter a block.
func (m *MsgRegisterCommunity) ValidateBasic() error {
	return m.Community.ValidateForm()
}
