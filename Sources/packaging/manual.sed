# What swift-argument-parser writes, as man wants it: `man jchain plan` looks for
# jchain-plan, and a name is one word; examples are lines of their own.
s/^$/.Pp/
s/^jchain /.Dl &/
/^\.Nm ./{
h
s/"//g
s/jchain /jchain-/
}
/^\.Nm$/g
/^\.Nd /s/"//g
s/^\.Dt JCHAIN\./.Dt JCHAIN-/
s/^\.Xr jchain\./.Xr jchain-/
