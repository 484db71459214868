/**
 * The report: one HTML file that needs nothing beside it, no script, no font, no picture from elsewhere. Each section is
 * a class of its own that writes through {@link org.moslora.console.html.Html}, which escapes everything. Start at
 * {@link org.moslora.quickstart.report.QuickstartReport}.
 */
@NullMarked
package org.moslora.quickstart.report;

import org.jspecify.annotations.NullMarked;
