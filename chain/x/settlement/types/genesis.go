package types

import (
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultGenesis has no community: a chain starts empty.
func DefaultGenesis() *GenesisState { return &GenesisState{} }

// Validate checks what can be checked without x/bank; InitGenesis then compares the sums.
func (g *GenesisState) Validate() error {
	if g.Params.Authority != "" {
		if _, err := sdk.AccAddressFromBech32(g.Params.Authority); err != nil {
			return fmt.Errorf("authority: %w", err)
		}
	}
	known := make(map[string]bool)
	for i := range g.Communities {
		community := &g.Communities[i]
		if err := community.ValidateForm(); err != nil {
			return fmt.Errorf("community %q: %w", community.Id, err)
		}
		if known[community.Id] {
			return fmt.Errorf("community %q is there twice", community.Id)
		}
		known[community.Id] = true
	}
	return firstError(validateBalances(g.Balances, known), validateReferences(g.References, known), validateRecords(g.Batches, known))
}

func validateBalances(balances []EscrowBalance, known map[string]bool) error {
	seen := make(map[string]bool, len(balances))
	for _, b := range balances {
		key := string(EscrowKey(b.Community, b.Account))
		switch {
		case !known[b.Community]:
			return fmt.Errorf("balance of unknown community %q", b.Community)
		case len(b.Account) != AccountLength:
			return fmt.Errorf("escrow account %x has the wrong length", b.Account)
		case b.Balance.IsNil() || !b.Balance.IsPositive():
			return fmt.Errorf("escrow account %x must hold more than zero", b.Account)
		case seen[key]:
			return fmt.Errorf("escrow account %x is there twice", b.Account)
		}
		seen[key] = true
	}
	return nil
}

func validateReferences(references []BankReference, known map[string]bool) error {
	seen := make(map[string]bool, len(references))
	for _, r := range references {
		switch {
		case !known[r.Community] || !ValidID(r.Reference) || len(r.ContentHash) != hashLength:
			return fmt.Errorf("bank reference %q is malformed", r.Reference)
		case seen[string(ReferenceKey(r.Community, r.Reference))]:
			return fmt.Errorf("bank reference %q is there twice", r.Reference)
		}
		seen[string(ReferenceKey(r.Community, r.Reference))] = true
	}
	return nil
}

// validateRecords wants the versions of a settlement period in order and without a gap, as export writes them.
func validateRecords(records []BatchRecord, known map[string]bool) error {
	latest := make(map[string]uint32)
	for i := range records {
		r := &records[i]
		if !known[r.Community] || !ValidPeriod(r.SettlementPeriod) {
			return fmt.Errorf("batch %s %s is malformed", r.Community, r.SettlementPeriod)
		}
		for _, hash := range [][]byte{r.InputsHash, r.ResultHash, r.Root, r.LogHeadHash, r.PositionsHash, r.Digest} {
			if len(hash) != hashLength {
				return fmt.Errorf("batch %s %s has a hash of the wrong length", r.Community, r.SettlementPeriod)
			}
		}
		key := string(LatestKey(r.Community, r.SettlementPeriod))
		if r.Version != latest[key]+1 {
			return fmt.Errorf("batch %s %s: version %d does not follow %d", r.Community, r.SettlementPeriod, r.Version, latest[key])
		}
		latest[key] = r.Version
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
