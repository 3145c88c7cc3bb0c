"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from office.loading import load_site

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
load_site()
