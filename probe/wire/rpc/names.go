package rpc

import "github.com/oiweiwei/go-msrpc/dcerpc"

// SyntaxName is the name of a known interface, its UUID otherwise.
func SyntaxName(s *dcerpc.SyntaxID) string { return s.IfUUID.String() }

func nakName(uint16) string   { return "" }
func faultName(uint32) string { return "" }
