"""The queries of dunning: what is due of each overdue item, and what a run proposes for it."""

#: What is due of each overdue item of one company, net of all that speaks for the customer.
#:
#: An item is reduced by what is promised, in instalments and contested of it. Then the customer's credits
#: (unallocated payments and credit notes, payments under way, promises without items) take away from his
#: oldest items in their currency, and what they leave over from those in other currencies, at the rates at
#: which both are booked. The residual in the document's currency decides: an exchange remainder is nobody's
#: debt.
DUES = """
    item AS MATERIALIZED (
        SELECT open_item.id,
               open_item.move_id,
               open_item.commercial_partner_id AS debtor_id,
               open_item.currency_id,
               open_item.residual_currency AS open_amount,
               open_item.aged_amount AS open_company,
               COALESCE(open_item.date_maturity, open_item.date) AS date_due
          FROM (%(items)s) open_item
         WHERE open_item.residual_currency <> 0
           AND %(whose)s
    ),
    overdue AS (
        SELECT item.*,
               of_move.policy_id AS move_policy_id,
               of_partner.policy_id AS partner_policy_id,
               LEAST(item.open_amount, COALESCE(promised.amount, 0)) AS promised,
               LEAST(item.open_amount, COALESCE(planned.amount, 0)) AS planned,
               LEAST(item.open_amount, COALESCE(disputed.amount, 0)) AS disputed,
               CASE WHEN item.debtor_id IS NULL THEN 'no_partner'
                    WHEN line.no_followup THEN 'no_followup'
                    WHEN of_move.is_stopped AND COALESCE(of_move.date_until >= %(as_of)s, TRUE)
                      OR of_partner.is_stopped AND COALESCE(of_partner.date_until >= %(as_of)s, TRUE)
                    THEN 'stopped'
                END AS stop
          FROM item
          JOIN account_move_line line ON line.id = item.id
          LEFT JOIN (%(promised)s) promised ON promised.line_id = item.id
          LEFT JOIN (%(planned)s) planned ON planned.line_id = item.id
          LEFT JOIN (%(disputed)s) disputed ON disputed.line_id = item.id
          LEFT JOIN crmx_dunning_exception of_partner
                 ON of_partner.partner_id = item.debtor_id AND of_partner.company_id = %(company)s
          LEFT JOIN crmx_dunning_exception of_move ON of_move.move_id = item.move_id
         WHERE item.open_amount > 0
           AND item.date_due < %(as_of)s
    ),
    claimed AS (
        SELECT overdue.*,
               CASE WHEN stop IS NULL
                    THEN GREATEST(0, open_amount - promised - planned - disputed) ELSE 0
                END AS claim
          FROM overdue
    ),
    credit AS (
        SELECT debtor_id, currency_id, SUM(amount) AS amount, SUM(amount_company) AS amount_company
          FROM (
            SELECT debtor_id, currency_id, -open_amount AS amount, -open_company AS amount_company
              FROM item
             WHERE open_amount < 0
         UNION ALL
            SELECT partner.commercial_partner_id, payment.currency_id, payment.amount,
                   ABS(payment.amount_company_currency_signed)
              FROM account_payment payment
              JOIN res_partner partner ON partner.id = payment.partner_id
             WHERE payment.state = 'in_process'
               AND payment.move_id IS NULL
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'
               AND payment.company_id = %(company)s
               AND payment.date <= %(as_of)s
         UNION ALL
            SELECT partner.commercial_partner_id, online.currency_id, online.amount,
                   CASE WHEN online.currency_id = %(currency)s THEN online.amount ELSE 0 END
              FROM payment_transaction online
              JOIN res_partner partner ON partner.id = online.partner_id
             WHERE (online.state IN ('pending', 'authorized')
                    OR online.state = 'done' AND online.payment_id IS NULL)
               AND online.last_state_change > %(as_of)s - %(transit_days)s
               AND online.last_state_change < %(as_of)s + 1
               AND online.company_id = %(company)s
         UNION ALL
            SELECT promise.commercial_partner_id, promise.currency_id,
                   promise.amount - COALESCE(promise.received, 0),
                   promise.amount_company * (1 - COALESCE(promise.received, 0) / promise.amount)
              FROM crmx_promise promise
             WHERE promise.company_id = %(company)s
               AND promise.date <= %(as_of)s
               AND (promise.state = 'open' OR promise.date_judged > %(as_of)s)
               AND NOT EXISTS (SELECT FROM crmx_promise_line line WHERE line.promise_id = promise.id)
          ) source
         GROUP BY debtor_id, currency_id
        HAVING SUM(amount) > 0
    ),
    covered AS (
        SELECT claimed.*,
               CASE WHEN claim = 0 THEN 0
                    ELSE LEAST(claim, GREATEST(0, COALESCE(credit.amount, 0) + claim - SUM(claim) OVER (
                         PARTITION BY claimed.debtor_id, claimed.currency_id
                         ORDER BY claimed.date_due, claimed.id)))
                END AS covered
          FROM claimed
          LEFT JOIN credit USING (debtor_id, currency_id)
    ),
    spare AS (
        SELECT credit.debtor_id,
               SUM(credit.amount_company * (1 - COALESCE(used.amount, 0) / credit.amount)) AS amount
          FROM credit
          LEFT JOIN (SELECT debtor_id, currency_id, SUM(covered) AS amount
                       FROM covered GROUP BY debtor_id, currency_id) used
               USING (debtor_id, currency_id)
         WHERE credit.amount > COALESCE(used.amount, 0)
         GROUP BY credit.debtor_id
    ),
    counted AS (
        SELECT covered.*,
               open_company * (claim - covered) / open_amount AS left_company,
               COALESCE(spare.amount, 0) AS spare
          FROM covered
          LEFT JOIN spare USING (debtor_id)
    ),
    netted AS (
        SELECT counted.*,
               CASE WHEN left_company <= 0 THEN 1
                    ELSE 1 - LEAST(1, GREATEST(0, spare + left_company - SUM(left_company) OVER (
                         PARTITION BY debtor_id ORDER BY date_due, id)) / left_company)
                END AS part
          FROM counted
    ),
    due AS (
        SELECT netted.*,
               ROUND((claim - covered) * part / currency.rounding) * currency.rounding AS amount
          FROM netted
          JOIN res_currency currency ON currency.id = netted.currency_id
    )
"""

#: Why an item is not asked for at all: what DUES says, in words of `crmx.dunning.line`.
STOP = """
    CASE WHEN due.stop IS NOT NULL THEN due.stop
         WHEN due.claim <= 0 AND due.planned >= GREATEST(due.promised, due.disputed) THEN 'planned'
         WHEN due.claim <= 0 AND due.disputed > due.promised THEN 'disputed'
         WHEN due.claim <= 0 THEN 'promised'
         WHEN due.amount <= 0 THEN 'covered'
     END
"""

#: What is due now of items of some customers.
DUE_NOW = """
    WITH %(dues)s
    SELECT due.id, due.open_amount, due.promised, due.planned, due.disputed,
           due.claim - due.amount AS covered, due.amount,
           due.open_company * due.amount / due.open_amount AS amount_company,
           %(stop)s AS reason
      FROM due
"""

#: Writes the messages and the items of a run. Each item gets the level after its last one, never a later one.
PROPOSE = """
    WITH %(dues)s,
    segment AS (
        SELECT DISTINCT ON (customer.partner_id) customer.partner_id, policy.id AS policy_id
          FROM crmx_dunning_policy_category_rel tag
          JOIN crmx_dunning_policy policy ON policy.id = tag.policy_id
          JOIN res_partner_res_partner_category_rel customer ON customer.category_id = tag.category_id
         WHERE policy.active
           AND (policy.company_id IS NULL OR policy.company_id = %(company)s)
         ORDER BY customer.partner_id, policy.sequence, policy.id
    ),
    step AS (
        SELECT level.*,
               COALESCE(LAG(number) OVER (PARTITION BY policy_id ORDER BY number), 0) AS after
          FROM crmx_dunning_level level
    ),
    minimum AS (
        SELECT * FROM UNNEST(%(level_ids)s::int[], %(minimums)s::numeric[]) AS minimum (level_id, amount)
    ),
    done AS (
        SELECT line.move_line_id,
               MAX(line.level_number) AS number,
               MAX(line.date) AS date,
               BOOL_OR(letter.state NOT IN ('sent', 'dropped')) AS is_pending
          FROM due
          JOIN crmx_dunning_line line ON line.move_line_id = due.id
          JOIN crmx_dunning_letter letter ON letter.id = line.letter_id
         WHERE line.is_live
         GROUP BY line.move_line_id
    ),
    aimed AS (
        SELECT due.*,
               due.open_company * due.amount / due.open_amount AS amount_company,
               %(stop)s AS stopped,
               COALESCE(due.move_policy_id, due.partner_policy_id, segment.policy_id, %(policy)s)
               AS policy_id,
               COALESCE(done.number, 0) AS done_number,
               done.date AS done_date,
               COALESCE(done.is_pending, FALSE) AS is_pending
          FROM due
          LEFT JOIN done ON done.move_line_id = due.id
          LEFT JOIN segment ON segment.partner_id = due.debtor_id
    ),
    judged AS MATERIALIZED (
        SELECT aimed.*,
               step.id AS level_id,
               step.number,
               CASE WHEN stopped IS NOT NULL THEN stopped
                    WHEN is_pending THEN 'pending'
                    WHEN NOT EXISTS (SELECT FROM step any_step WHERE any_step.policy_id = aimed.policy_id)
                    THEN 'no_policy'
                    WHEN step.id IS NULL THEN 'last_level'
                    WHEN %(as_of)s - date_due < step.days THEN 'early'
                    WHEN %(as_of)s - done_date < step.wait_days THEN 'wait'
                END AS reason
          FROM aimed
          LEFT JOIN step ON step.policy_id = aimed.policy_id
                        AND aimed.done_number >= step.after
                        AND aimed.done_number < step.number
    ),
    message AS (
        SELECT debtor_id, level_id, number, SUM(amount_company) AS amount_company
          FROM judged
         WHERE reason IS NULL
         GROUP BY debtor_id, level_id, number
    ),
    contact AS (
        SELECT DISTINCT ON (contact.commercial_partner_id) contact.commercial_partner_id, contact.id
          FROM res_partner contact
         WHERE contact.type = 'invoice'
           AND contact.active
           AND contact.id <> contact.commercial_partner_id
           AND contact.commercial_partner_id IN (SELECT debtor_id FROM message)
         ORDER BY contact.commercial_partner_id, contact.email IS NULL,
                  contact.parent_id = contact.commercial_partner_id DESC, contact.id
    ),
    letter AS (
        INSERT INTO crmx_dunning_letter (
               run_id, company_id, partner_id, contact_id, level_id, level_number, amount_company,
               user_id, state, create_uid, write_uid, create_date, write_date)
        SELECT %(run)s, %(company)s, message.debtor_id, COALESCE(contact.id, message.debtor_id),
               message.level_id, message.number, message.amount_company,
               COALESCE(debtor.user_id, %(user)s), 'proposed', %(user)s, %(user)s, %(now)s, %(now)s
          FROM message
          JOIN res_partner debtor ON debtor.id = message.debtor_id
          LEFT JOIN contact ON contact.commercial_partner_id = message.debtor_id
          LEFT JOIN minimum ON minimum.level_id = message.level_id
         WHERE message.amount_company >= COALESCE(minimum.amount, 0)
         ORDER BY debtor.complete_name, message.debtor_id, message.number
     RETURNING id, partner_id, level_id
    )
    INSERT INTO crmx_dunning_line (
           run_id, letter_id, partner_id, move_line_id, move_id, date_maturity, days_late, currency_id,
           open_amount, promised, planned, disputed, covered, amount, amount_company, previous_number,
           level_number, reason, is_live)
    SELECT %(run)s, letter.id, judged.debtor_id, judged.id, judged.move_id, judged.date_due,
           %(as_of)s - judged.date_due, judged.currency_id, judged.open_amount, judged.promised,
           judged.planned, judged.disputed, GREATEST(0, judged.claim - judged.amount), judged.amount,
           CASE WHEN letter.id IS NULL THEN judged.open_company ELSE judged.amount_company END,
           judged.done_number, judged.number,
           CASE WHEN letter.id IS NULL THEN COALESCE(judged.reason, 'small') END,
           FALSE
      FROM judged
      LEFT JOIN letter ON letter.partner_id = judged.debtor_id
                      AND letter.level_id = judged.level_id
                      AND judged.reason IS NULL
"""
