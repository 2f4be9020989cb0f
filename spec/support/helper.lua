-- busted's helper: the assertions of the Lua module, for every spec.
require "jobgate.assertions"
