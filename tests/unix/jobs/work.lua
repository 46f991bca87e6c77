-- tests/unix/jobs/work.lua - floating point, strings, tables, files, the heap
local count = {}
for line in io.lines("words") do
	for w in line:gmatch("%a+") do count[w] = (count[w] or 0) + 1 end
end
local names = {}
for w in pairs(count) do names[#names + 1] = w end
table.sort(names, function(a, b)
	return count[a] > count[b] or count[a] == count[b] and a < b end)
for i = 1, 5 do print(names[i], count[names[i]]) end
local sum = 0.0
for i = 1, 20000 do sum = sum + math.sin(i) / math.sqrt(i) end
print(string.format("%.10f %.6e %s", sum, math.exp(20), 2^53))
local t = {}
for i = 1, 20000 do t[i] = ("item %d"):format(i):rep(4) end
t = nil
collectgarbage()
print(collectgarbage("count") < 2000)
local f = assert(io.open("out", "w+"))
for i = 1, 2000 do f:write(i * i, "\n") end
f:seek("set", 0)
local last
for line in f:lines() do last = line end
print(last, f:seek("end"))
print(select("#", pcall(error, { code = 3 })))
print(select(2, pcall(function() return nil + 1 end)))
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(co(), co(), co())
os.exit(7)
