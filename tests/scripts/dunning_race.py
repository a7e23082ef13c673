# Two people send two runs with the same items at the same moment; after together.py.
env["crmx.dunning.letter"].search([]).line_ids.is_live = False
env["crmx.dunning.run"].search([("state", "=", "sending")]).state = "done"
runs = env["crmx.dunning.run"].create([{}, {}])
runs.action_propose()
letters = [len(run.letter_ids) for run in runs]
assert letters[0] == letters[1] >= 30, letters
env.cr.commit()
results = together(2, lambda mine, number: mine["crmx.dunning.run"].browse(runs[number].id).action_confirm())
print("live:", env["crmx.dunning.line"].search_count([("run_id", "in", runs.ids), ("is_live", "=", True)]))
print("expected:", letters[0])
for result in sorted(results):
    print("result:", result)
