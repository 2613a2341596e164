package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// Every way the module refuses, numbered in ranges by stage. Numbers are never used twice:
// clients translate (codespace "settlement", number) back to these names.
var (
	// The form of a message: 10-19.
	ErrMalformedBatch       = errorsmod.Register(ModuleName, 10, "malformed batch")
	ErrMalformedEntry       = errorsmod.Register(ModuleName, 11, "malformed deposit or withdrawal")
	ErrMalformedCommunity   = errorsmod.Register(ModuleName, 12, "malformed community")
	ErrPositionsNotBalanced = errorsmod.Register(ModuleName, 13, "positions do not add up to zero")

	// Who may: 20-29.
	ErrUnknownCommunity = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.NotFound, "unknown community")
	ErrNotTreasurer     = errorsmod.Register(ModuleName, 21, "signer is not the community's treasurer")
	ErrNotAuthority     = errorsmod.Register(ModuleName, 22, "signer may not register communities")

	// What was there before: 30-39.
	ErrBatchConflict     = errorsmod.Register(ModuleName, 30, "another batch has this community, period and version")
	ErrVersionOutOfOrder = errorsmod.Register(ModuleName, 31, "version does not follow the latest one")
	ErrReferenceConflict = errorsmod.Register(ModuleName, 32, "bank reference was used with other content")
	ErrCommunityConflict = errorsmod.Register(ModuleName, 33, "another community has this id")
	ErrUnknownBatch      = errorsmod.RegisterWithGRPCCode(ModuleName, 34, codes.NotFound, "unknown batch")

	// Approvals: 40-49.
	ErrNotApprover         = errorsmod.Register(ModuleName, 40, "signer is not an approver of the community")
	ErrApprovalSignature   = errorsmod.Register(ModuleName, 41, "approval signature does not verify")
	ErrDuplicateApproval   = errorsmod.Register(ModuleName, 42, "approver signed twice")
	ErrThresholdNotReached = errorsmod.Register(ModuleName, 43, "too few approvals")

	// Money: 50-59.
	ErrInsufficientEscrow = errorsmod.Register(ModuleName, 50, "escrow account is short")
	ErrEscrowMismatch     = errorsmod.Register(ModuleName, 51, "escrow balances differ from the module's balance")
)
