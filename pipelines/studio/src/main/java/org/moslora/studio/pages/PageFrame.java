package org.moslora.studio.pages;

import java.util.List;
import java.util.Set;
import org.moslora.console.html.Html;
import org.moslora.studio.http.Assets;

/** What every page has: head, navigation and one heading. */
final class PageFrame {
    private record Place(String name, String address) {}

    private static final List<Place> PLACES = List.of(
            new Place("Runs", "/runs"),
            new Place("New run", "/new"),
            new Place("Data", "/data"),
            new Place("Chat", "/chat"),
            new Place("Generate", "/generate"),
            new Place("Adapters", "/adapters"));

    /** Pages that draw curves; the others do without the library for it. */
    private static final Set<String> CHARTED = Set.of("run", "compare");

    private final Html html = new Html();

    private PageFrame() {}

    /**
     * Begins a page.
     *
     * @param page what the script knows it by
     * @param title its heading
     * @param address of the place in the navigation that it belongs to
     */
    static PageFrame open(String page, String title, String address) {
        return open(page, title, address, "");
    }

    /** As {@link #open(String, String, String)}, with a line under the heading. */
    static PageFrame open(String page, String title, String address, String lead) {
        PageFrame frame = new PageFrame();
        Html html = frame.html;
        html.open("html", "lang", "en");
        head(html, title, CHARTED.contains(page));
        html.open("body", "data-page", page);
        html.element("a", "To the content", "href", "#main", "class", "skip");
        navigation(html, address);
        html.open("main", "id", "main", "tabindex", "-1");
        html.open("div", "class", "title").element("h1", title);
        if (!lead.isEmpty()) {
            html.element("p", lead, "class", "lead");
        }
        html.close();
        return frame;
    }

    private static void head(Html html, String title, boolean charted) {
        html.open("head").empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", title + " · MoSLoRA studio");
        html.empty("link", "rel", "icon", "href", Assets.address("icon.svg"), "type", "image/svg+xml");
        if (charted) {
            html.empty("link", "rel", "stylesheet", "href", Assets.address("uplot.css"));
            html.element("script", "", "src", Assets.address("uplot.js"), "defer", "");
        }
        html.empty("link", "rel", "stylesheet", "href", Assets.address("studio.css"));
        html.element("script", "", "src", Assets.address("studio.js"), "defer", "");
        html.close();
    }

    private static void navigation(Html html, String address) {
        html.open("header").open("div").open("p", "class", "brand");
        html.empty("img", "src", Assets.address("icon.svg"), "alt", "", "width", "28", "height", "28");
        html.element("span", "MoSLoRA studio").close();
        html.open("nav", "aria-label", "Pages").open("ul");
        for (Place place : PLACES) {
            html.open("li");
            if (place.address().equals(address)) {
                html.element("a", place.name(), "href", place.address(), "aria-current", "page");
            } else {
                html.element("a", place.name(), "href", place.address());
            }
            html.close();
        }
        html.close().close().close().close();
    }

    /** Where the page's own content is written. */
    Html html() {
        return html;
    }

    /** The whole page. */
    Html finished() {
        return html.close().close().close();
    }
}
