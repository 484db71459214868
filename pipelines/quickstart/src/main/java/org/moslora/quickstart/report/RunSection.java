package org.moslora.quickstart.report;

import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.Command;
import org.moslora.quickstart.outcome.Outcome;

/** What this report comes from: every command that was run, and on what. */
record RunSection(Outcome outcome, String machine) {
    void add(Html html) {
        html.open("section", "id", "run");
        html.element("h2", "What was run");
        html.element(
                "p",
                "All figures and pictures above come from these commands, in this order. " + machine,
                "class",
                "lead");
        html.open("div", "class", "wide").open("table", "class", "ran");
        html.open("thead").open("tr");
        html.element("th", "command", "scope", "col").element("th", "time", "scope", "col");
        html.close().close().open("tbody");
        for (Command command : outcome.commands()) {
            html.open("tr").open("td").element("span", command.purpose());
            html.element("code", command.typed()).close();
            html.element("td", ReportNumbers.time(command.seconds())).close();
        }
        html.open("tr", "class", "all").element("td", "all of it, and drawing the world");
        html.element("td", ReportNumbers.time(outcome.seconds()));
        html.close().close().close().close().close();
    }
}
