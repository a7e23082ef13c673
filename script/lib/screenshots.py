"""Pictures of the demo company's screens, for the documentation: screenshots.py URL FOLDER."""

import pathlib
import shutil
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

WIDTH, HEIGHT = 1400, 850
#: picture: (who looks, address below /odoo, what must be there, what to click first)
PICTURES = {
    "aged-receivables": ("accountant", "aged-receivables", ".o_crmx_aged_report tbody tr", None),
    "promises": ("accountant", "promises-to-pay", ".o_data_row", None),
    "dispute": ("accountant", "disputes", ".o_data_row", ".o_data_row:nth-child(2) td[name=partner_id]"),
    "worklist": ("accountant", "collectors-worklist", ".o_data_row", None),
    "instalment-plan": (
        "accountant",
        "instalment-plans",
        ".o_data_row",
        ".o_data_row:has(.text-bg-danger) td[name=partner_id]",
    ),
    "dunning-run": ("accountant", "dunning-runs", ".o_data_row", ".o_data_row td[name=display_name]"),
    "workshop-load": ("fleet", "workshop-load", ".o_crmx_workshop_load tbody tr", None),
    "aged-payables": ("accountant", "aged-payables", ".o_crmx_aged_report tbody tr", None),
}


def browser():
    options = webdriver.ChromeOptions()
    for switch in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(switch)
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def log_in(driver, url, login):
    driver.delete_all_cookies()
    driver.get(f"{url}/web/login")
    wait(driver, "input[name=login]")
    driver.find_element(By.NAME, "login").send_keys(login)
    driver.find_element(By.NAME, "password").send_keys(login)
    driver.find_element(By.CSS_SELECTOR, "form.oe_login_form button[type=submit]").click()
    wait(driver, ".o_main_navbar")


def wait(driver, selector):
    WebDriverWait(driver, 60).until(expected.visibility_of_element_located((By.CSS_SELECTOR, selector)))
    time.sleep(1)  # transitions


def main(url, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    driver = browser()
    try:
        user = None
        for name, (login, path, selector, click) in PICTURES.items():
            if login != user:
                log_in(driver, url, login)
                user = login
            driver.get(f"{url}/odoo/{path}")
            wait(driver, selector)
            if click:
                driver.find_element(By.CSS_SELECTOR, click).click()
                time.sleep(1)
            driver.save_screenshot(str(folder / f"{name}.png"))
            print(f"{name}.png")
    finally:
        driver.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
