// Package page makes text fit: it cleans what a host sent, measures in cells,
// cuts, wraps, and holds the theme (symbols and styles) every screen draws
// with.
package page
