package console

// The nodes of a script.
type (
	node   interface{}
	script []node

	literal     struct{ v any }
	bare        struct{ text string } // an unquoted word of a command
	variable    struct{ name string }
	joined      struct{ parts []node }
	array       struct{ items []node }
	wrapped     struct{ x node } // @(…)
	group       struct{ body script }
	hash        struct{ keys, values []node }
	typeLiteral struct{ name string }
	blockNode   struct{ body script }
	negation    struct{ x node }
	throwing    struct{ x node }
	leave       struct{ x node }
	cast        struct {
		typ string
		x   node
	}
	operation struct {
		op          string
		left, right node
	}
	member struct {
		of      node
		name    string
		dynamic node
		static  bool
	}
	invoke struct {
		m    member
		args []node
	}
	index  struct{ of, i node }
	assign struct {
		to    node
		op    string
		value node
	}
	whileLoop struct {
		cond node
		body script
	}
	choice struct {
		conds     []node
		bodies    []script
		otherwise script
	}
	eachLoop struct {
		v    variable
		list node
		body script
	}
	argument struct {
		param string
		value node
		bound bool // -name:value
	}
	commandNode struct {
		name node
		args []argument
	}
	pipe struct {
		elements []node
		file     node
		append   bool
		quiet    bool
	}
)
